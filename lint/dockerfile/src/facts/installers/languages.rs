//! Languages, their runtimes and compilers.

use super::{Installer, RESTART_CODES, burn, likely, made_with, msi, nsis, vendor, with};
use crate::facts::installer_tech::Technology::{
    AdvancedInstaller, InstallShieldScript, Portable, QtInstaller, SevenZipSfx,
};

use super::inno;

/// All rows, the more telling pattern first.
#[rustfmt::skip]
pub(super) static ROWS: &[Installer] = &[
    Installer { success: RESTART_CODES, ..with("/quiet InstallAllUsers=1 TargetDir=C:\\Python PrependPath=1 Shortcuts=0 Include_doc=0 Include_test=0", burn("python3-exe", "Python", &["python-3.#.exe", "python-3.#-amd64.exe", "python-3.#-arm64.exe", "python-3.#-win32.exe", "python-3.#-webinstall.exe", "python-3.#-amd64-webinstall.exe", "python-3.#rc#.exe", "python-3.#rc#-amd64.exe", "python-3.#a#-amd64.exe", "python-3.#b#-amd64.exe"])) },
    Installer { success: RESTART_CODES, ..msi("python-manager", "Python install manager", &["python-manager-*.msi", "pymanager.msi"]) },
    with("msiexec /i {f} /qn ALLUSERS=1 ADDLOCAL=ALL TARGETDIR=C:\\Python27", msi("python2-msi", "Python 2.7 to 3.4", &["python-2.7*.msi", "python-3.0*.msi", "python-3.1*.msi", "python-3.2*.msi", "python-3.3*.msi", "python-3.4*.msi"])),
    with("/S /InstallationType=AllUsers /AddToPath=0 /RegisterPython=0 /D=C:\\Miniconda", nsis("miniconda", "Conda", &["miniconda*.exe", "anaconda*.exe", "miniforge*.exe", "mambaforge*.exe"])), // /D= comes last and takes no quotes
    msi("node-msi", "Node.js", &["node-v#-x64.msi", "node-v#-x86.msi", "node-v#-arm64.msi", "nodejs.msi", "node.msi"]), // the archive is smaller
    msi("yarn-msi", "Yarn", &["yarn-*.msi", "yarn.msi"]),
    msi("go-msi", "Go", &["go#.windows-*.msi", "go#windows-*.msi", "go#rc#.windows-*.msi", "go.msi"]),
    Installer { must_wait: false, ..vendor("rustup", "Rust", &["rustup-init.exe", "rustup-init-*.exe"], "-y --profile minimal --default-toolchain X", &["-y"]) }, // the MSVC target needs Visual Studio Build Tools
    with("/verysilent /norestart /allusers /dir=\"C:\\ruby\" /tasks=\"modpath\"", inno("ruby", "Ruby", &["rubyinstaller-*.exe"])),
    msi("perl-strawberry", "Strawberry Perl", &["strawberry-perl-*.msi", "strawberryperl-*.msi"]),
    likely(made_with(AdvancedInstaller, "perl-active", "ActivePerl", &["activeperl-*.exe", "activeperl-*.msi"], "/exenoui /qn")),
    nsis("erlang", "Erlang/OTP", &["otp_win64_*.exe", "otp_win32_*.exe", "erlang.exe", "erlang_install.exe"]),
    Installer { must_wait: false, ..nsis("rabbitmq", "RabbitMQ", &["rabbitmq-server-*.exe"]) }, // leaves a child running, so that Start-Process -Wait never ends
    likely(with("/VERYSILENT /NORESTART", inno("elixir", "Elixir", &["elixir-otp-*.exe", "elixir-websetup.exe"]))),
    with("msiexec /i {f} /quiet ADDLOCAL=FeatureMain,FeatureEnvironment,FeatureJarFileRunWith,FeatureJavaHome INSTALLDIR=C:\\jdk", msi("jdk-temurin", "Eclipse Temurin", &["openjdk#u-jdk_*windows*.msi", "openjdk#u-jre_*windows*.msi", "openjdk#-jdk_*windows*.msi", "openjdk#-jre_*windows*.msi", "jdk.msi", "jre.msi", "openjdk.msi"])),
    likely(msi("jdk-corretto", "Amazon Corretto", &["amazon-corretto-*.msi"])),
    likely(msi("jdk-zulu", "Azul Zulu", &["zulu*.msi"])),
    likely(with("msiexec /i {f} /qn ADDLOCAL=FeatureMain,FeatureEnvironment,FeatureJarFileRunWith,FeatureJavaHome", msi("jdk-microsoft", "Microsoft Build of OpenJDK", &["microsoft-jdk-*.msi"]))),
    msi("jdk-redhat", "Red Hat OpenJDK", &["java-*openjdk*.msi", "openjdk-*.msi"]),
    likely(msi("jdk-oracle-msi", "Oracle JDK", &["jdk-#_windows-x64_bin.msi"])),
    Installer { success: RESTART_CODES, ..made_with(InstallShieldScript, "jdk-oracle-exe", "Oracle JDK or JRE", &["jdk-#*win*.exe", "jre-#*win*.exe", "javasetup*.exe", "javainstall*.exe"], "/s REBOOT=Disable INSTALLDIR=C:\\java /L C:\\java.log") }, // only /s, in lower case or not; long options take =
    likely(with("/VERYSILENT /NORESTART /SUPPRESSMSGBOXES /DIR=C:\\R", inno("r-lang", "R", &["r-#*-win.exe"]))),
    likely(with("/VERYSILENT /SUPPRESSMSGBOXES", inno("rtools", "Rtools", &["rtools#-*.exe", "rtools-*.exe"]))),
    inno("julia", "Julia", &["julia-*-win64.exe", "julia-*-win32.exe"]),
    Installer { success: RESTART_CODES, ..with("-q", burn("swift", "Swift", &["swift-*windows*.exe"])) },
    Installer { must_wait: false, ..made_with(Portable, "php-installer", "PHP", &["php-*.zip"], "") }, // an archive; needs the Visual C++ runtime
    msi("mono", "Mono", &["mono-#*.msi"]),
    with("msiexec /i {f} /qn ADD_CMAKE_TO_PATH=System", msi("cmake", "CMake", &["cmake-*.msi", "cmake.msi"])),
    likely(nsis("llvm", "LLVM", &["llvm-#*-win64.exe", "llvm-#*-win32.exe"])), // /D= comes last
    likely(nsis("nsis", "NSIS", &["nsis-*-setup.exe"])),
    inno("innosetup", "Inno Setup", &["innosetup-#.exe", "innosetup#.exe", "is-#.exe"]),
    Installer { success: RESTART_CODES, ..with("/q", burn("wix", "WiX Toolset 3", &["wix#.exe"])) }, // old ones need .NET Framework 3.5
    likely(vendor("cuda", "CUDA", &["cuda_#_win*.exe", "cuda_#_#_win*.exe"], "-s", &["-s"])),
    likely(vendor("intel", "Intel oneAPI", &["w_*_offline*.exe", "w_*_p_*.exe"], "-s -a --silent --eula accept", &["-s", "--silent"])),
    Installer { must_wait: false, ..made_with(SevenZipSfx, "msys2-sfx", "MSYS2", &["msys2*.sfx.exe", "msys2.exe"], "-y -oC:\\") },
    likely(made_with(QtInstaller, "msys2-ifw", "MSYS2", &["msys2-x86_64-#.exe"], "in --confirm-command --accept-messages --root C:/msys64")),
    vendor("cygwin", "Cygwin", &["setup-x86.exe", "setup-x86_64.exe"], "--quiet-mode --no-shortcuts --no-desktop --site URL --root C:\\cygwin --local-package-dir C:\\c", &["--quiet-mode", "-q"]),
    nsis("nasm", "NASM", &["nasm-*installer*.exe"]),
    nsis("jetbrains", "a JetBrains IDE", &["idea*-#.exe", "pycharm*-#.exe", "webstorm-#.exe", "datagrip-#.exe", "rider-#.exe", "clion-#.exe", "goland-#.exe", "phpstorm-#.exe", "rubymine-#.exe", "jetbrains.rider-#.exe"]),
];
