//! What `COPY`, `ADD` and `WORKDIR` put where.

use std::io::Write;

use crate::scratch::{Scratch, program_files};

/// A context with a bit of everything.
fn scratch() -> Scratch {
    let scratch = Scratch::new();
    for name in ["a.txt", "b.txt", "src/app.exe", "src/Sub/x.dll", "src/Sub/y.dll", "src/notes.md", "empty/"] {
        scratch.file(name, name);
    }
    scratch
}

/// Each instruction alone on the base, and what its layer has; folders on the way are those of the base.
#[test]
fn copies_go_where_windows_would_put_them() {
    let scratch = scratch();
    for (instruction, files) in [
        (r"COPY a.txt C:\app\", "app/ app/a.txt"),
        (r"COPY a.txt C:\app", "app"),
        (r"COPY a.txt b.txt c:/app/", "app/ app/a.txt app/b.txt"),
        (r"COPY *.txt C:\app\", "app/ app/a.txt app/b.txt"),
        (r"COPY src C:\app", "app/ app/app.exe app/notes.md app/Sub/ app/Sub/x.dll app/Sub/y.dll"),
        (r"COPY src/ C:\app\", "app/ app/app.exe app/notes.md app/Sub/ app/Sub/x.dll app/Sub/y.dll"),
        (r"COPY SRC\sub C:\app\", "app/ app/x.dll app/y.dll"),
        (r"COPY --exclude=*.md src C:\app", "app/ app/app.exe app/Sub/ app/Sub/x.dll app/Sub/y.dll"),
        (r"COPY --parents src/Sub/*.dll C:\app\", "app/ app/src/ app/src/Sub/ app/src/Sub/x.dll app/src/Sub/y.dll"),
        (r"COPY empty C:\app", "app/"),
        (r"COPY a.txt C:\", "a.txt"),
        (r"COPY a.txt .", "a.txt"),
        ("COPY [\"a.txt\", \"C:\\\\My App\\\\\"]", "My App/ My App/a.txt"),
        (r"COPY a.txt C:\license.TXT", "License.txt"),
        ("COPY [\"a.txt\", \"c:\\\\PROGRAM FILES\\\\x.txt\"]", "Program Files/ Program Files/x.txt"),
        (
            "COPY [\"a.txt\", \"c:/program files/common files/\"]",
            "Program Files/ Program Files/Common Files/ Program Files/Common Files/a.txt",
        ),
        ("COPY [\"a.txt\", \"C:/Documents and Settings/Public/\"]", "Users/ Users/Public/ Users/Public/a.txt"),
        ("COPY [\"a.txt\", \"C:/Users/All Users/x/\"]", "ProgramData/ ProgramData/x/ ProgramData/x/a.txt"),
        (r"WORKDIR C:\app\bin", "app/ app/bin/"),
        (r"WORKDIR C:\windows", ""),
        ("COPY <<EOF C:\\app\\x.cmd\necho 1\nEOF", "app/ app/x.cmd"),
    ] {
        let built = scratch.build(&format!("# escape=`\nFROM base\n{instruction}\n"));
        assert_eq!(built.files().join(" "), files, "{instruction}");
    }
}

#[test]
fn folders_of_the_base_keep_who_may_do_what() {
    let scratch = scratch();
    let built = scratch.build("# escape=`\nFROM base\nCOPY [\"a.txt\", \"C:/program files/app/\"]\n");
    let index = built.index(1);
    assert_eq!(index.get("Program Files").unwrap().security, Some(program_files()));
    let usual = wbuild::layer::SecurityDescriptor::directory();
    assert_eq!(index.get("Program Files/app").unwrap().security, Some(usual));
}

#[test]
fn owners_are_security_descriptors() {
    let scratch = scratch();
    let sid = |text: &str| wbuild::layer::Sid::parse(text).unwrap();
    let built = scratch.build(
        "# escape=`\nFROM base\nCOPY --chown=ContainerUser a.txt C:\\own\\\nCOPY --chown=S-1-5-32-545:Administrators b.txt C:\\\n\
         USER ContainerUser\nWORKDIR C:\\work\nCOPY a.txt C:\\plain.txt\n",
    );
    let owned = |owner: &str, group: Option<&str>, is_dir| {
        let group = group.map(sid);
        Some(wbuild::layer::SecurityDescriptor::owned_by(&sid(owner), group.as_ref(), is_dir))
    };
    assert_eq!(built.node("own").security, owned("ContainerUser", None, true));
    assert_eq!(built.node("own/a.txt").security, owned("ContainerUser", None, false));
    assert_eq!(built.node("b.txt").security, owned("S-1-5-32-545", Some("Administrators"), false));
    assert_eq!(built.node("work").security, owned("ContainerUser", None, true));
    assert_eq!(built.node("plain.txt").security, Some(wbuild::layer::SecurityDescriptor::file()));
    let said = scratch.try_build("FROM base\nCOPY --chown=nobody a.txt /\n", &[]);
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(said.err.contains("Dockerfile:2") && said.err.contains("--chown=nobody"), "{}", said.err);
}

fn tar(members: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, content) in members {
        let mut header = tar::Header::new_ustar();
        header.set_mode(0o640);
        header.set_mtime(1_000_000_000);
        // Names that a writer refuses are what this is for.
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        let (kind, data) = match content.strip_prefix("-> ") {
            Some(target) => {
                header.as_old_mut().linkname[..target.len()].copy_from_slice(target.as_bytes());
                (tar::EntryType::Symlink, "")
            }
            None if name.ends_with('/') => (tar::EntryType::Directory, ""),
            None if *content == "fifo" => (tar::EntryType::Fifo, ""),
            None => (tar::EntryType::Regular, *content),
        };
        header.set_entry_type(kind);
        header.set_size(data.len() as u64);
        header.set_cksum();
        archive.append(&header, data.as_bytes()).unwrap();
    }
    archive.into_inner().unwrap()
}

#[test]
fn archives_are_unpacked_whatever_compressed_them() {
    let scratch = Scratch::new();
    let plain = tar(&[("./bin/", ""), ("bin/a.exe", "a"), ("bin/run", "-> a.exe"), ("lib", "-> bin")]);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&plain).unwrap();
    let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    bzip2.write_all(&plain).unwrap();
    let mut xz = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(1)).unwrap();
    xz.write_all(&plain).unwrap();
    scratch.file("plain.tar", &plain).file("a.tgz", gzip.finish().unwrap()).file("a.bz2", bzip2.finish().unwrap());
    scratch.file("a.xz", xz.finish().unwrap()).file("a.zst", zstd::encode_all(&plain[..], 1).unwrap());
    scratch.file("no.gz", [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let unpacked = "app/ app/bin/ app/bin/a.exe app/bin/run -> a.exe app/lib -> bin (folder)";
    for name in ["plain.tar", "a.tgz", "a.bz2", "a.xz", "a.zst"] {
        let built = scratch.build(&format!("FROM base\nADD {name} /app/\n"));
        assert_eq!(built.files().join(" "), unpacked, "{name}");
        assert_eq!(
            (built.read("app/bin/a.exe").as_str(), built.node("app/bin/a.exe").time.seconds),
            ("a", 1_000_000_000)
        );
    }
    // Compressed, but no tar; and an archive that is only copied.
    assert_eq!(scratch.build("FROM base\nADD no.gz /app/\n").files(), ["app/", "app/no.gz"]);
    assert_eq!(scratch.build("FROM base\nCOPY a.tgz /app/\n").files(), ["app/", "app/a.tgz"]);
}

#[test]
fn archives_do_not_leave_their_folder() {
    let scratch = Scratch::new();
    for (member, content, said) in [
        ("../evil", "x", "leaves the folder"),
        ("a/../../evil", "x", "leaves the folder"),
        ("/etc/evil", "x", "absolute path"),
        ("C:/evil", "x", "absolute path"),
        ("pipe", "fifo", "device or a pipe"),
        ("out", "-> ../../x", "links out of the archive"),
        ("out", "-> /etc", "links out of the archive"),
        ("lost", "-> nowhere", "which is not there"),
        ("nul.txt", "x", "name of a device"),
        ("a:b", "x", "absolute path"),
        ("aa:b", "x", "alternate data stream"),
    ] {
        scratch.file("a.tar", tar(&[("ok", "ok"), (member, content)]));
        let answer = scratch.try_build("FROM base\nADD a.tar /app/\n", &[]);
        assert_eq!(answer.code, 1, "{member}: {}", answer.err);
        assert!(answer.err.contains(said) && answer.err.contains("Dockerfile:2"), "{member}: {}", answer.err);
    }
    scratch.file("a.tar", tar(&[("Readme", "1"), ("README", "2")]));
    let answer = scratch.try_build("FROM base\nADD a.tar /app/\n", &[]);
    assert!(answer.err.contains("Readme") && answer.err.contains("README"), "{}", answer.err);
    scratch.file("a.tar", &tar(&[("big", &"x".repeat(2000))])[..1024]);
    assert_eq!(scratch.try_build("FROM base\nADD a.tar /app/\n", &[]).code, 1);
}
