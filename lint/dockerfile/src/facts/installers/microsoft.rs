//! Microsoft's installers.

use super::{Installer, MSI_CODES, RESTART_CODES, burn, doubtful, likely, made_with, msi, vendor, with};
use crate::facts::installer_tech::Technology::{
    IExpress, Msix, NetFramework, Portable, SqlServer, VcRedist, VisualStudio, Vsix,
};

const VS: &str = "--quiet --wait --norestart --nocache";
const VC: &str = "/install /quiet /norestart";

/// All rows, the more telling pattern first.
#[rustfmt::skip]
pub(super) static ROWS: &[Installer] = &[
    made_with(VisualStudio, "vs-buildtools", "Visual Studio Build Tools", &["vs_buildtools*.exe", "vsbuildtools*.exe", "vs_build_tools*.exe"], VS), // --wait, because the bootstrapper ends early; --installPath and --add choose what
    made_with(VisualStudio, "vs-ide", "Visual Studio", &["vs_community*.exe", "vs_professional*.exe", "vs_enterprise*.exe", "vs_teamexplorer*.exe", "vs_testagent*.exe", "vs_testcontroller*.exe", "vs_sql*.exe", "vs_wdexpress*.exe", "vs_feedbackclient*.exe", "vs_setup*.exe", "vs_installer*.exe"], VS),
    Installer { by_url: true, ..made_with(VcRedist, "vcredist-akams", "Visual C++ redistributable", &["aka.ms/vs/*/release/vc_redist.x86.exe", "aka.ms/vs/*/release/vc_redist.x64.exe", "aka.ms/vs/*/release/vc_redist.arm64.exe"], VC) },
    Installer { by_url: true, ..made_with(VisualStudio, "vs-akams", "Visual Studio", &["aka.ms/vs/*/vs_*.exe", "aka.ms/vs/*/release", "aka.ms/vs/*/pre", "aka.ms/vs/1#", "aka.ms/vs/stable"], VS) }, // the release floats
    Installer { success: RESTART_CODES, ..with("/install /quiet", burn("vs-remote-tools", "Visual Studio Remote Tools", &["rtools_setup_x*.exe", "rtools_setup_arm.exe", "vs_remotetools*.exe", "remotetools.*.exe"])) },
    Installer { success: RESTART_CODES, ..with("/NoRestart /S", burn("vs2015-buildtools", "Visual C++ Build Tools 2015", &["visualcppbuildtools.exe", "visualcppbuildtools_full.exe"])) },
    Installer { success: RESTART_CODES, ..likely(with("/Silent /Full", burn("msbuild2015", "Build Tools 2013 and 2015", &["buildtools_full.exe", "msbuildtools*.exe", "msbuild_tools*.exe"]))) },
    Installer { success: RESTART_CODES, ..doubtful(with("/Quiet /NoRestart", burn("vs-test-agent-old", "Visual Studio Agents 2013 and 2015", &["vstf_testagent.exe"]))) },
    made_with(VcRedist, "vcredist-2015plus", "Visual C++ 2015-2022 redistributable", &["vc_redist*.exe", "vc-redist*.exe", "vcredist*14#.exe", "vcredist*14.exe", "vcredist*2015*.exe", "vcredist*2017*.exe", "vcredist*2019*.exe", "vcredist*2022*.exe", "vcredist*2026*.exe"], VC), // older file names vcredist_x64.exe do not tell the year
    made_with(VcRedist, "vcredist-2012-2013", "Visual C++ 2012 and 2013 redistributable", &["vcredist*2012*.exe", "vcredist*2013*.exe", "vcredist_11_*.exe", "vcredist_12_*.exe"], VC),
    made_with(VcRedist, "vcredist-2008-2010", "Visual C++ 2008 and 2010 redistributable", &["vcredist*2008*.exe", "vcredist*2010*.exe"], "/q /norestart"), // 2010 ends with 5100 when a newer one is there
    Installer { success: RESTART_CODES, ..made_with(IExpress, "vcredist-2005", "Visual C++ 2005 redistributable", &["vcredist*2005*.exe"], "/Q") },
    made_with(VcRedist, "vcredist-generic", "Visual C++ redistributable of an unknown year", &["vcredist.exe", "vcredist_x86.exe", "vcredist_x64.exe", "vcredist_ia64.exe", "vcredist_arm.exe", "vcredistx86.exe", "vcredistx64.exe"], VC), // the file name is the same from 2005 to 2013; the URL tells the year
    Installer { success: RESTART_CODES, ..likely(with("/quiet /norestart", burn("netfx-devpack", ".NET Framework Developer Pack", &["ndp#-devpack*.exe", "ndp#-dp*.exe", "netfx*devpack*.exe", "netfx*targeting*.exe"]))) },
    Installer { success: MSI_CODES, ..made_with(NetFramework, "netfx-offline", ".NET Framework 4", &["ndp4#*.exe", "dotnetfx*.exe", "netfx*.exe"], "/q /norestart") },
    burn("dotnet-sdk-exe", ".NET SDK or runtime", &["dotnet-sdk-*win*.exe", "dotnet-runtime-*win*.exe", "windowsdesktop-runtime-*win*.exe", "aspnetcore-runtime-*win*.exe"]), // in containers rather an archive or dotnet-install.ps1
    Installer { success: RESTART_CODES, ..with("/install /quiet /norestart OPT_NO_RUNTIME=1 OPT_NO_X86=1 OPT_NO_SHAREDFX=1", burn("dotnet-hosting", "ASP.NET Core Hosting Bundle", &["dotnet-hosting*.exe", "dotnethosting*.exe"])) }, // needs IIS first
    Installer { must_wait: false, ..made_with(Portable, "dotnet-install", "dotnet-install.ps1", &["dotnet-install.ps1"], "-Version X -InstallDir \"C:\\Program Files\\dotnet\" -NoPath") }, // give -Version
    likely(made_with(SqlServer, "sql-ssei", "SQL Server download tool", &["sql20#-ssei-*.exe", "sqlserver20#-ssei-*.exe"], "/ACTION=Download /MEDIAPATH=C:\\m /MEDIATYPE=Core /QUIET")), // downloads the media, which are run next
    made_with(SqlServer, "sqlexpress-media", "SQL Server media", &["sqlexpr*.exe", "sqlserver20#-*.exe"], "/Q /ACTION=Install /INSTANCENAME=SQLEXPRESS /FEATURES=SQLEngine /SQLSYSADMINACCOUNTS=BUILTIN\\ADMINISTRATORS /IACCEPTSQLSERVERLICENSETERMS"), // unpacks with /qs /x:setup; then setup.exe with the features
    with("msiexec /i {f} /qn IACCEPTSQLLOCALDBLICENSETERMS=YES", msi("sql-localdb", "SQL Server LocalDB", &["sqllocaldb*.msi"])),
    with("msiexec /i {f} /qn IACCEPTMSODBCSQLLICENSETERMS=YES", msi("sql-odbc", "ODBC driver for SQL Server", &["msodbcsql*.msi"])), // 1603 without the licence property; 18 needs Visual C++ x64
    with("msiexec /i {f} /qn ADDLOCAL=ALL IACCEPTMSOLEDBSQLLICENSETERMS=YES", msi("sql-oledb", "OLE DB driver for SQL Server", &["msoledbsql*.msi"])),
    with("msiexec /i {f} /qn IACCEPTSQLNCLILICENSETERMS=YES", msi("sqlncli", "SQL Server Native Client", &["sqlncli*.msi"])),
    with("msiexec /i {f} /qn IACCEPTMSSQLCMDLNUTILSLICENSETERMS=YES", msi("sqlcmd-utils", "SQL Server command-line tools", &["mssqlcmdlnutils*.msi"])),
    msi("sql-smo-clr", "SQL Server feature pack", &["sqlsysclrtypes*.msi", "sharedmanagementobjects*.msi", "dacframework*.msi", "powershelltools*.msi", "sqldom*.msi"]),
    Installer { success: RESTART_CODES, ..likely(with("/Install /Quiet /Norestart", burn("ssms", "SQL Server Management Studio", &["ssms-setup-*.exe"]))) }, // of no use in a container
    likely(msi("reportviewer", "Report Viewer", &["reportviewer*.msi"])),
    likely(Installer { success: RESTART_CODES, ..vendor("reportviewer-exe", "Report Viewer", &["reportviewer*.exe"], "/q", &["/q", "/quiet"]) }),
    vendor("access-ace", "Access Database Engine", &["accessdatabaseengine.exe", "accessdatabaseengine_x64.exe"], "/quiet", &["/quiet", "/passive"]), // refuses to mix bitness with Office
    msi("urlrewrite", "IIS URL Rewrite", &["rewrite.msi", "rewrite_*amd64*.msi", "rewrite_*x64*.msi", "rewrite_*x86*.msi", "urlrewrite*.msi"]), // needs IIS first
    msi("arr", "IIS Application Request Routing", &["requestrouter*.msi", "webfarm*.msi", "externaldiskcache*.msi"]),
    with("msiexec /i {f} /qn ADDLOCAL=ALL", msi("webdeploy", "Web Deploy", &["webdeploy*.msi"])),
    msi("webpi", "Web Platform Installer", &["webplatforminstaller*.msi"]), // retired 2022-12-31: its feeds are gone
    Installer { success: RESTART_CODES, ..with("/install /q /norestart", burn("iis-admin", "IIS Administration API", &["iisadministrationsetup.exe"])) },
    msi("iisnode", "iisnode", &["iisnode*.msi"]),
    doubtful(msi("httpplatform", "HttpPlatformHandler and other IIS modules", &["httpplatformhandler*.msi", "iiscors*.msi", "iiscompression*.msi", "iis_compression*.msi"])),
    Installer { success: RESTART_CODES, ..with("/features + /q /norestart /ceip off", burn("winsdk", "Windows SDK or ADK", &["winsdksetup.exe", "sdksetup.exe", "adksetup.exe", "adkwinpesetup.exe"])) }, // /features OptionId.X chooses
    Installer { success: RESTART_CODES, ..with("/features + /quiet", burn("wdk", "Windows Driver Kit", &["wdksetup.exe"])) },
    Installer { success: &[0], ..made_with(IExpress, "directx-redist", "DirectX redistributable", &["directx_jun2010_redist.exe", "directx_redist.exe", "dxredist*.exe"], "/Q /T:C:\\dx") }, // unpacks; then DXSETUP.exe /silent. Server Core can load little of it
    vendor("dxsetup", "DirectX setup", &["dxsetup.exe"], "/silent", &["/silent"]),
    likely(made_with(IExpress, "dxwebsetup", "DirectX web setup", &["dxwebsetup.exe"], "/Q")),
    likely(vendor("msmpi", "Microsoft MPI", &["msmpisetup.exe"], "-unattend", &["-unattend", "/unattend"])),
    likely(msi("edge-msi", "Microsoft Edge", &["microsoftedge*.msi"])),
    vendor("webview2", "WebView2 runtime", &["microsoftedgewebview*runtimeinstaller*.exe", "microsoftedgewebview*setup*.exe"], "/silent /install", &["/silent"]),
    msi("azcli", "Azure CLI", &["azure-cli.msi", "azure-cli-*.msi", "az.msi"]),
    Installer { by_url: true, ..msi("azcli-akams", "Azure CLI", &["aka.ms/installazurecliwindows", "aka.ms/installazurecliwindowsx64"]) }, // has no file name: save it as .msi; the version floats
    msi("cosmos", "Cosmos DB emulator", &["cosmosdb-emulator*.msi", "cosmosdbemulator*.msi", "azure.cosmosdb.emulator*.msi"]),
    msi("azcopy-msi", "AzCopy up to 8", &["microsoftazurestoragetools*.msi", "azcopy*.msi"]),
    vendor("servicefabric", "Service Fabric runtime", &["microsoftservicefabric.*.exe"], "/accepteula /quiet /force", &["/quiet"]),
    with("msiexec /i {f} /qn ADD_PATH=1 USE_MU=0 ENABLE_MU=0 REGISTER_MANIFEST=1", msi("pwsh-msi", "PowerShell 7", &["powershell-#-win-*.msi", "powershell-#-*-win-*.msi", "powershell.msi"])),
    msi("winappdriver", "WinAppDriver", &["windowsapplicationdriver*.msi"]),
    msi("openxmlsdk", "Open XML SDK", &["openxmlsdk*.msi"]),
    likely(msi("openssh-msi", "Win32-OpenSSH", &["openssh-win64-*.msi", "openssh-win32-*.msi", "openssh-winarm64-*.msi"])),
    made_with(IExpress, "wincache", "WinCache", &["php_wincache*.exe", "wincache*.exe"], "/Q /C /T:C:\\dir"),
    Installer { must_wait: true, success: &[0, 1001], ..likely(made_with(Vsix, "gen-vsix", "a Visual Studio extension", &["*.vsix"], "VSIXInstaller.exe /quiet /admin {f}")) },
    Installer { success: &[], generic: true, ..likely(made_with(Msix, "gen-appx", "an MSIX package", &["*.appx", "*.msix", "*.appxbundle", "*.msixbundle"], "")) }, // containers lack the deployment service
];
