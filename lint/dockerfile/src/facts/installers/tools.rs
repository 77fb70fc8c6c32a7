//! Tools, servers and desktop programs.

use super::{Installer, RESTART_CODES, doubtful, inno, likely, made_with, msi, nsis, vendor, with};
use crate::facts::installer_tech::Technology::{BitRock, Omaha, OracleUniversal, Portable, SevenZipSfx, Squirrel};

/// All rows, the more telling pattern first.
#[rustfmt::skip]
pub(super) static ROWS: &[Installer] = &[
    Installer { must_wait: false, ..made_with(SevenZipSfx, "git-portable", "PortableGit", &["portablegit-*.7z.exe", "portablegit.exe"], "-o\"C:\\git\" -y") },
    with("/VERYSILENT /SUPPRESSMSGBOXES /NORESTART", inno("git-lfs", "Git LFS", &["git-lfs-windows-*.exe"])),
    with("/VERYSILENT /NORESTART /NOCANCEL /SP- /SUPPRESSMSGBOXES /CLOSEAPPLICATIONS /RESTARTAPPLICATIONS", inno("git", "Git", &["git-#-64-bit.exe", "git-#-32-bit.exe", "git-#-arm64.exe", "git-setup.exe", "gitsetup.exe", "git-#.windows.#-64-bit.exe"])), // MinGit as an archive is smaller
    msi("gh", "GitHub CLI", &["gh_#_windows_*.msi"]),
    with("/verysilent /suppressmsgboxes /mergetasks=!runcode", inno("vscode", "Visual Studio Code", &["vscodesetup-*.exe", "vscodeusersetup-*.exe"])), // starts the editor without !runcode
    nsis("notepadpp", "Notepad++", &["npp.*installer*.exe"]),
    nsis("7zip-exe", "7-Zip", &["7z#.exe", "7z#-x64.exe", "7z#-arm64.exe"]),
    msi("7zip-msi", "7-Zip", &["7z#.msi", "7z#-x64.msi", "7z.msi"]),
    inno("winscp", "WinSCP", &["winscp-*-setup.exe"]),
    msi("putty", "PuTTY", &["putty-*installer.msi"]),
    likely(with("/VERYSILENT /NORESTART", inno("doxygen", "Doxygen", &["doxygen-*-setup.exe"]))),
    nsis("graphviz", "Graphviz", &["graphviz-*.exe", "windows_10_*graphviz*.exe"]),
    nsis("ghostscript", "Ghostscript", &["gs#w64.exe", "gs#w32.exe"]),
    likely(with("/VERYSILENT /NORESTART /TASKS=\"modifypath\"", inno("imagemagick", "ImageMagick", &["imagemagick-*.exe"]))),
    with("/silent /sp- /suppressmsgboxes /DIR=\"C:\\OpenSSL\"", inno("openssl", "OpenSSL", &["win64openssl-*.exe", "win32openssl-*.exe", "win64openssl_light-*.exe", "win32openssl_light-*.exe"])),
    nsis("gpg4win", "Gpg4win or GnuPG", &["gpg4win.exe", "gpg4win-*.exe", "gnupg.exe", "gnupg-w32-*.exe"]),
    nsis("nmap", "Nmap", &["nmap-*.exe"]), // the free edition asks about Npcap in spite of /S and hangs
    msi("chrome-msi", "Chrome", &["googlechromestandaloneenterprise*.msi", "googlechromebetastandaloneenterprise*.msi"]), // the URL floats
    likely(made_with(Omaha, "chrome-exe", "Chrome", &["chromesetup.exe", "chrome_installer.exe", "chromestandalonesetup.exe", "chromestandalonesetup64.exe"], "/silent /install")),
    vendor("chromium", "Chromium", &["mini_installer.exe"], "--system-level --do-not-launch-chrome", &["--do-not-launch-chrome"]),
    nsis("firefox", "Firefox or Thunderbird", &["firefox setup*.exe", "firefox%20setup*.exe", "firefoxsetup*.exe", "thunderbird setup*.exe", "thunderbird%20setup*.exe", "firefox-*.exe", "thunderbird-*.exe"]),
    likely(made_with(Squirrel, "squirrel", "a program for one user", &["slack.exe", "slacksetup*.exe", "teams_windows_x64*.exe", "githubdesktopsetup*.exe", "discordsetup*.exe"], "-s")), // for one user only: of no use in an image
    nsis("installerexe-vlc", "VLC", &["vlc-*.exe"]),
    msi("awscli", "AWS CLI", &["awscli.msi", "awscliv2.msi", "awscli-*.msi", "awscliv2-*.msi", "awscli64.msi", "awscli32.msi"]),
    msi("aws-sam", "AWS SAM CLI", &["aws_sam_cli_64*.msi"]),
    vendor("aws-ssm", "AWS Session Manager plug-in", &["sessionmanagerpluginsetup.exe"], "/silent /install", &["/silent", "/quiet", "/q"]),
    likely(with("/S /allusers /noreporting", nsis("gcloud", "Google Cloud SDK", &["googlecloudsdkinstaller.exe"]))),
    vendor("docker-desktop", "Docker Desktop", &["docker desktop installer*.exe", "docker%20desktop%20installer*.exe", "dockerdesktopinstaller*.exe"], "install --quiet --accept-license", &["--quiet"]), // for hosts, never in an image
    msi("mysql-installer", "MySQL Installer", &["mysql-installer-community-*.msi", "mysql-installer-web-community-*.msi"]), // installs only the installer; then MySQLInstallerConsole.exe
    likely(msi("mysql-msi", "MySQL", &["mysql-#*win*.msi", "mysql-connector*.msi"])),
    made_with(BitRock, "postgres-edb", "PostgreSQL", &["postgresql-#-#-windows*.exe"], "--mode unattended --unattendedmodeui none --superpassword X --servicepassword X --install_runtimes 0"), // rather the archive of binaries
    with("msiexec /i {f} /qn INSTALLLOCATION=C:\\mongodb ADDLOCAL=ServerNoService,Client,MiscellaneousTools SHOULD_INSTALL_COMPASS=0", msi("mongodb", "MongoDB", &["mongodb-win*.msi", "mongodb.msi"])),
    with("msiexec /i {f} /qn ALLUSERS=1", msi("mongosh", "mongosh", &["mongosh-*.msi"])),
    made_with(OracleUniversal, "oracle-client", "Oracle client", &["win64_#_client.zip", "winx64_#_client.zip", "winx64_#c_client.zip"], "setup.exe -silent -waitforcompletion -noconsole -ignorePrereq -responseFile client.rsp"), // an archive; its setup.exe returns at once without -waitforcompletion
    msi("jenkins", "Jenkins", &["jenkins.msi", "jenkins-*.msi"]),
    likely(nsis("tomcat", "Tomcat", &["apache-tomcat-*.exe"])),
    msi("octopus", "Octopus", &["octopus.tentacle*.msi", "octopus.server*.msi"]),
    msi("seq", "Seq", &["seq-*.msi", "seq.msi", "seq#*.msi"]),
    likely(with("msiexec /i {f} /qn APIKEY=X", msi("datadog", "Datadog agent", &["datadog-agent*.msi"]))),
    with("msiexec /i {f} /qn AGREETOLICENSE=Yes SPLUNKUSERNAME=X SPLUNKPASSWORD=X", msi("splunk", "Splunk forwarder", &["splunk-uf*.msi", "splunkuniversalforwarder*.msi", "splunkforwarder*.msi"])),
    msi("vagrant", "Vagrant", &["vagrant_*.msi"]),
    Installer { success: RESTART_CODES, ..vendor("virtualbox", "VirtualBox", &["virtualbox-*-win.exe"], "-s -l -msiparams REBOOT=ReallySuppress", &["-s", "--silent"]) },
    with("msiexec /i {f} /quiet /qn /norestart REBOOT=ReallySuppress ADDLOCAL=ALL", msi("tortoise", "TortoiseGit, TortoiseSVN or TortoiseHg", &["tortoisegit-*.msi", "tortoisesvn-*.msi", "tortoisehg-*.msi"])),
    Installer { success: RESTART_CODES, ..msi("libreoffice", "LibreOffice", &["libreoffice_*.msi"]) },
    doubtful(msi("crystal-reports", "Crystal Reports runtime", &["crruntime*.msi", "crforvs*.msi", "crystal*.msi"])),
    Installer { must_wait: false, ..made_with(Portable, "single-file", "a program of one file", &["nuget.exe", "jq.exe", "jq-win64.exe", "vswhere.exe", "kubectl.exe", "helm.exe", "terraform.exe", "docker.exe", "docker-compose.exe", "docker-compose-windows-x86_64.exe"], "") }, // no installer: put it on the PATH
];
