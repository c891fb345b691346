//! The `keben` command. Everything is in the library.

fn main() -> std::process::ExitCode {
    keben::cli::run()
}
