//! File names as they are published, and the product they are.

use super::*;

#[rustfmt::skip]
const SAMPLES: &[(&str, &str)] = &[
    ("vs-buildtools", "vs_buildtools.exe vs_BuildTools.exe vs_buildtools_2019.exe vs_BuildTools_17.exe vs_BuildTools"),
    ("vs-ide", "vs_community.exe vs_Enterprise.exe vs_TestAgent.exe vs_installer.exe"),
    ("vs-akams", "https://aka.ms/vs/17/release/vs_buildtools.exe https://aka.ms/vs/stable/vs_BuildTools.exe"),
    ("vcredist-akams", "https://aka.ms/vs/17/release/vc_redist.x64.exe https://aka.ms/vs/16/release/vc_redist.x86.exe?x=1"),
    ("vs-remote-tools", "rtools_setup_x64.exe VS_RemoteTools.exe"), ("vs2015-buildtools", "visualcppbuildtools_full.exe"),
    ("msbuild2015", "BuildTools_Full.exe"), ("vs-test-agent-old", "vstf_testagent.exe"),
    ("vcredist-2015plus", "vc_redist.x64.exe VC_redist.x86.exe vc_redist-x64.exe vcredist2019_x64.exe vcredist_x64_140.exe vc-redist.exe"),
    ("vcredist-2012-2013", "vcredist2013_x64.exe vcredist_2012_x86.exe"),
    ("vcredist-2008-2010", "vcredist2010_x64.exe vcredist-2010.x86.exe vcredist_2008_x86.exe"),
    ("vcredist-2005", "vcredist2005_x86.exe"), ("vcredist-generic", "vcredist_x86.exe vcredist_x64.exe vcredist.exe"),
    ("netfx-devpack", "ndp48-devpack-enu.exe NDP472-DevPack-ENU.exe"),
    ("netfx-offline", "ndp48-x86-x64-allos-enu.exe NDP472-KB4054530-x86-x64-AllOS-ENU.exe ndp481-web.exe dotNetFx45_Full_setup.exe dotnetfx35.exe"),
    ("dotnet-sdk-exe", "dotnet-sdk-8.0.100-win-x64.exe windowsdesktop-runtime-6.0.36-win-x64.exe dotnet-runtime-2.1.30-win-x64.exe"),
    ("dotnet-hosting", "dotnet-hosting-8.0.14-win.exe dotnet-hosting.exe"), ("dotnet-install", "dotnet-install.ps1"),
    ("sql-ssei", "SQL2019-SSEI-Expr.exe SQL2022-SSEI-Dev.exe"),
    ("sqlexpress-media", "SQLEXPR_x64_ENU.exe SQLEXPRADV_x64_ENU.exe SQLServer2019-DEV-x64-ENU.exe"),
    ("sql-localdb", "SqlLocalDB.msi"), ("sql-odbc", "msodbcsql18.msi msodbcsql_17.5.2.1_x64.msi"), ("sql-oledb", "msoledbsql_18.6_x64.msi"),
    ("sqlncli", "sqlncli.msi"), ("sqlcmd-utils", "MsSqlCmdLnUtils.msi"), ("sql-smo-clr", "SQLSysClrTypes.msi DacFramework.msi"),
    ("ssms", "SSMS-Setup-ENU.exe"), ("reportviewer", "ReportViewer.msi"), ("reportviewer-exe", "ReportViewer.exe"),
    ("access-ace", "AccessDatabaseEngine_X64.exe"), ("urlrewrite", "rewrite_amd64_en-US.msi rewrite_2.0_rtw_x64.msi urlrewrite.msi"),
    ("arr", "requestRouter_x64.msi webfarm_v1.1_amd64_en_us.msi"), ("webdeploy", "WebDeploy_amd64_en-US.msi"),
    ("webpi", "WebPlatformInstaller_x64_en-US.msi"), ("iis-admin", "IISAdministrationSetup.exe"), ("iisnode", "iisnode-full-v0.2.26-x64.msi"),
    ("httpplatform", "httpPlatformHandler_amd64.msi"), ("git", "Git-2.44.0-64-bit.exe Git-2.55.0.3-64-bit.exe git-setup.exe"),
    ("git-portable", "PortableGit-2.45.0-64-bit.7z.exe"), ("git-lfs", "git-lfs-windows-v3.5.1.exe"), ("gh", "gh_2.40.0_windows_amd64.msi"),
    ("vscode", "VSCodeSetup-x64-1.85.0.exe"), ("notepadpp", "npp.8.6.Installer.x64.exe"), ("7zip-exe", "7z2409-x64.exe 7z2201.exe"),
    ("7zip-msi", "7z2201-x64.msi 7z.msi"), ("winscp", "WinSCP-6.5.6-Setup.exe"), ("putty", "putty-64bit-0.78-installer.msi"),
    ("python3-exe", "python-3.12.1-amd64.exe python-3.9.13.exe python-3.13.0rc1-amd64.exe"), ("python2-msi", "python-2.7.18.amd64.msi"),
    ("miniconda", "Miniconda3-latest-Windows-x86_64.exe Miniforge3-Windows-x86_64.exe"), ("node-msi", "node-v20.11.1-x64.msi nodejs.msi"),
    ("yarn-msi", "yarn-1.22.19.msi"), ("go-msi", "go1.21.5.windows-amd64.msi"), ("rustup", "rustup-init.exe"),
    ("ruby", "rubyinstaller-devkit-3.2.2-1-x64.exe"), ("perl-strawberry", "strawberry-perl-5.32.1.1-64bit.msi"), ("perl-active", "ActivePerl-5.28.exe"),
    ("erlang", "otp_win64_26.2.exe"), ("rabbitmq", "rabbitmq-server-3.12.10.exe"), ("elixir", "elixir-otp-26.exe"),
    ("jdk-temurin", "OpenJDK17U-jdk_x64_windows_hotspot_17.0.9_9.msi"), ("jdk-corretto", "amazon-corretto-17-x64-windows-jdk.msi"),
    ("jdk-zulu", "zulu17.46.19-ca-jdk17.0.9-win_x64.msi"), ("jdk-microsoft", "microsoft-jdk-17.0.9-windows-x64.msi"),
    ("jdk-redhat", "java-1.8.0-openjdk-1.8.0.msi"), ("jdk-oracle-exe", "jdk-8u201-windows-x64.exe"), ("jdk-oracle-msi", "jdk-17_windows-x64_bin.msi"),
    ("r-lang", "R-4.3.2-win.exe"), ("rtools", "rtools43-5863-5818.exe"), ("julia", "julia-1.9.4-win64.exe"),
    ("swift", "swift-5.9.2-RELEASE-windows10.exe"), ("php-installer", "php-8.2.13-nts-Win32-vs16-x64.zip"), ("mono", "mono-6.12.0.206-x64-0.msi"),
    ("cmake", "cmake-3.28.0-windows-x86_64.msi"), ("llvm", "LLVM-17.0.6-win64.exe"), ("nsis", "nsis-3.09-setup.exe"),
    ("innosetup", "innosetup-6.2.2.exe"), ("wix", "wix311.exe"), ("winsdk", "winsdksetup.exe adksetup.exe"), ("wdk", "wdksetup.exe"),
    ("directx-redist", "directx_Jun2010_redist.exe"), ("dxsetup", "DXSETUP.exe"), ("dxwebsetup", "dxwebsetup.exe"),
    ("cuda", "cuda_12.3.1_546.12_windows.exe cuda_11.8.0_windows_network.exe"), ("msmpi", "msmpisetup.exe"), ("intel", "w_BaseKit_p_2024.0.1.45_offline.exe"),
    ("msys2-sfx", "msys2-base-x86_64-20231026.sfx.exe"), ("msys2-ifw", "msys2-x86_64-20231026.exe"), ("cygwin", "setup-x86_64.exe"),
    ("nasm", "nasm-2.16.01-installer-x64.exe"), ("doxygen", "doxygen-1.9.8-setup.exe"), ("graphviz", "graphviz-9.0.0-win64.exe"),
    ("ghostscript", "gs10021w64.exe"), ("imagemagick", "ImageMagick-7.1.1-21-Q16-HDRI-x64-dll.exe"), ("openssl", "Win64OpenSSL_Light-3_2_0.exe"),
    ("gpg4win", "gpg4win-4.2.0.exe"), ("nmap", "nmap-7.94-setup.exe"), ("chrome-msi", "googlechromestandaloneenterprise64.msi"),
    ("chrome-exe", "ChromeSetup.exe"), ("chromium", "mini_installer.exe"), ("firefox", "firefox-120.0.exe"), ("edge-msi", "MicrosoftEdgeEnterpriseX64.msi"),
    ("webview2", "MicrosoftEdgeWebview2Setup.exe"), ("squirrel", "SlackSetup.exe"), ("installerexe-vlc", "vlc-3.0.20-win64.exe"),
    ("awscli", "AWSCLIV2.msi"), ("aws-sam", "AWS_SAM_CLI_64_PY3.msi"), ("aws-ssm", "SessionManagerPluginSetup.exe"), ("azcli", "azure-cli-2.55.0-x64.msi"),
    ("azcli-akams", "https://aka.ms/installazurecliwindowsx64"), ("cosmos", "cosmosdb-emulator.msi"), ("azcopy-msi", "azcopy.msi"),
    ("gcloud", "GoogleCloudSDKInstaller.exe"), ("servicefabric", "MicrosoftServiceFabric.9.1.1436.9590.exe"),
    ("pwsh-msi", "PowerShell-7.4.1-win-x64.msi powershell-7-win-x64.msi PowerShell-7.5.0-rc.1-win-x64.msi"),
    ("docker-desktop", "Docker%20Desktop%20Installer.exe"), ("mysql-msi", "mysql-8.0.35-winx64.msi mysql-connector-odbc-8.0.33-winx64.msi"),
    ("mysql-installer", "mysql-installer-web-community-8.0.23.0.msi"), ("postgres-edb", "postgresql-14.10-1-windows-x64.exe"),
    ("mongodb", "mongodb-windows-x86_64-7.0.4-signed.msi"), ("mongosh", "mongosh-2.1.1-x64.msi"), ("oracle-client", "winx64_12201_client.zip"),
    ("jenkins", "jenkins.msi"), ("tomcat", "apache-tomcat-9.0.84.exe"), ("octopus", "Octopus.Tentacle.6.3.0-x64.msi"), ("seq", "Seq-2023.4.msi"),
    ("datadog", "datadog-agent-7-latest.amd64.msi"), ("splunk", "splunkforwarder-9.1.2-x64-release.msi"), ("vagrant", "vagrant_2.4.9_windows_i686.msi"),
    ("virtualbox", "VirtualBox-7.2.16-174877-Win.exe"), ("tortoise", "TortoiseGit-2.18.0.1-32bit.msi"), ("libreoffice", "LibreOffice_25.8.7_Win_x86.msi"),
    ("jetbrains", "ideaIC-2023.3.exe webstorm-2023.2.exe"), ("winappdriver", "WindowsApplicationDriver_1.2.1.msi"), ("openxmlsdk", "OpenXMLSDKV25.msi"),
    ("crystal-reports", "CRRuntime_64bit_13_0_21.msi"), ("wincache", "php_wincache.exe"), ("openssh-msi", "OpenSSH-Win64-v9.5.0.0.msi"),
    ("single-file", "nuget.exe kubectl"), ("gen-msi", r"x.msi C:\temp\Some-App.MSI https://example.com/a/b.msi?sig=1"), ("gen-msp", "x.msp"),
    ("gen-msu", "windows10.0-kb4552930-x64-ndp48.msu"), ("gen-cab", "x.cab"), ("gen-appx", "x.msixbundle"), ("gen-sfx7z", "x.7z.exe"),
    ("gen-vsix", "x.vsix"), ("gen-kbexe", "Windows8.1-KB2999226-x64.exe KB2999226.exe"), ("gen-setup", r"setup.exe .\install.exe installer.exe AppSetup.exe app-setup-1.2.exe"),
    ("python-manager", "python-manager-25.0.msi"),
];

#[test]
fn every_row_is_found_by_a_name_that_is_published() {
    for (id, samples) in SAMPLES {
        for sample in samples.split(' ') {
            assert_eq!(find(sample).map(|row| row.id), Some(*id), "{sample}");
        }
    }
    for row in all() {
        assert!(SAMPLES.iter().any(|(id, _)| *id == row.id), "no sample for {}", row.id);
    }
}

#[test]
fn other_programs_are_no_installers() {
    for name in [
        "git", "cmd.exe", "curl.exe", "msbuild", "dotnet", "python", "node.exe", "7z.exe", "x.zip", "", "app.exe",
        "C:\\", "go",
    ] {
        assert!(find(name).is_none(), "{name} is {:?}", find(name).map(|row| row.id));
    }
}

#[test]
fn rows_are_well_formed() {
    let rows: Vec<_> = all().collect();
    for (index, row) in rows.iter().enumerate() {
        assert!(rows[..index].iter().all(|other| other.id != row.id), "{} twice", row.id);
        assert_eq!(installer_tech::facts(row.technology).technology, row.technology, "{}", row.id);
        let lower = row.patterns.iter().all(|pattern| *pattern == pattern.to_ascii_lowercase());
        assert!(lower && !row.patterns.is_empty() && !row.product.is_empty(), "{}", row.id);
        let words: Vec<&str> = row.silent.split_whitespace().collect();
        let quiet = row.is_silent(&words);
        assert!(words.is_empty() || quiet != Some(false), "{} is not silent by its own arguments", row.id);
        assert!(row.technology != Technology::Vendor || !row.switches.is_empty(), "{}", row.id);
    }
    assert!(rows.len() > 140, "{}", rows.len());
}

#[test]
fn patterns() {
    for (pattern, name, expected) in [
        ("a*c", "abc", true),
        ("a*c", "ab", false),
        ("v#", "v1.2.3", true),
        ("v#", "v", false),
        ("v#-x", "v1.2-x", true),
        ("v#", "v.1", false),
        ("", "", true),
    ] {
        assert_eq!(matches(pattern.as_bytes(), name.as_bytes()), expected, "{pattern} {name}");
    }
}
