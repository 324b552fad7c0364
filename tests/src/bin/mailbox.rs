//! The demo's mail server: `mailbox --smtp 127.0.0.1:4105 --pages 127.0.0.1:4104`.

use integration_tests::mailbox::Mailbox;
use std::net::SocketAddr;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let address = |name: &str| -> Result<SocketAddr, String> {
        let at = arguments
            .iter()
            .position(|argument| argument == name)
            .ok_or(format!("{name} ADDRESS is missing"))?;
        let text = arguments.get(at + 1).ok_or(format!("{name} needs an address"))?;
        text.parse().map_err(|_| format!("{name}: {text} is no address"))
    };
    let mailbox = Mailbox::start(address("--smtp")?).await?;
    let pages = address("--pages")?;
    println!("mails go to {} and are read at http://{pages}", mailbox.address);
    mailbox.serve_pages(pages).await?;
    Ok(())
}
