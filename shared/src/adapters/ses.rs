//! E-mail through SES v2. Retries are off: what is not definitely refused may have gone.

use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sesv2::operation::send_email::SendEmailError;
use aws_sdk_sesv2::primitives::Blob;
use aws_sdk_sesv2::types::{Attachment, Body, Content, Destination, EmailContent, Message, MessageTag};

use crate::domain::cause::Cause;
use crate::ports::outside::{EmailSender, OutgoingEmail, SendResult};

/// Sends e-mail through SES.
#[derive(Debug, Clone)]
pub struct Ses {
    client: Client,
    configuration_set: Option<String>,
}

impl Ses {
    /// SES with the configuration set that publishes delivery events.
    pub fn new(client: Client, configuration_set: Option<String>) -> Self {
        Self { client, configuration_set }
    }
}

fn content(data: &str) -> Option<Content> {
    Content::builder().data(data).charset("UTF-8").build().ok()
}

/// One message to all: SES sends it once, with one id.
fn destination(email: &OutgoingEmail) -> Destination {
    let copies = (!email.copies.is_empty()).then(|| email.copies.clone());
    Destination::builder().set_to_addresses(Some(email.to.clone())).set_cc_addresses(copies).build()
}

fn attachments(email: &OutgoingEmail) -> Option<Vec<Attachment>> {
    let attached = email.files.iter().filter_map(|file| {
        let attachment = Attachment::builder().file_name(&file.name).content_type(file.media_type);
        attachment.raw_content(Blob::new(file.bytes.clone())).build().ok()
    });
    Some(attached.collect()).filter(|all: &Vec<Attachment>| !all.is_empty())
}

impl EmailSender for Ses {
    async fn send_email(&self, email: &OutgoingEmail) -> SendResult {
        let body = Body::builder().set_html(content(&email.html)).set_text(content(&email.text)).build();
        let message = Message::builder().set_subject(content(&email.subject)).body(body).set_attachments(attachments(email)).build();
        let tags = email.tags.iter().filter_map(|(name, value)| MessageTag::builder().name(name).value(value).build().ok());
        let request = self
            .client
            .send_email()
            .from_email_address(&email.from)
            .destination(destination(email))
            .reply_to_addresses(&email.reply_to)
            .content(EmailContent::builder().simple(message).build())
            .set_configuration_set_name(self.configuration_set.clone())
            .set_email_tags(Some(tags.collect()));
        match request.send().await {
            Ok(sent) => SendResult::Accepted(sent.message_id.unwrap_or_default()),
            Err(error) => read_error(&error),
        }
    }
}

/// What an error says about whether the message may have gone. Texts of the provider are not handed
/// on: they may hold an address.
fn read_error<R: std::fmt::Debug>(error: &SdkError<SendEmailError, R>) -> SendResult {
    match error {
        SdkError::ServiceError(service) => match service.err().code().unwrap_or_default() {
            "TooManyRequestsException" | "LimitExceededException" | "ThrottlingException" | "Throttling" => {
                SendResult::NotNow("SES throttles".to_owned())
            }
            "SendingPausedException" | "AccountSuspendedException" => SendResult::NotNow("SES has paused sending".to_owned()),
            "MessageRejected" | "BadRequestException" => SendResult::Never { reason: Cause::Rejected.text(), address: false },
            "MailFromDomainNotVerifiedException" | "NotFoundException" | "AccessDeniedException" => {
                SendResult::NotNow("the sender identity is not ready in SES".to_owned())
            }
            _ => SendResult::Unknown(Cause::ProviderFault.text()),
        },
        SdkError::ConstructionFailure(_) => SendResult::Never { reason: Cause::NotSendable.text(), address: false },
        // Only a connection that was never made proves that nothing went out.
        SdkError::DispatchFailure(failure) if format!("{failure:?}").contains("ConnectError") => {
            SendResult::NotNow("SES was not reached".to_owned())
        }
        _ => SendResult::Unknown(Cause::NoAnswer.text()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_to_several_is_one_message() {
        let text = || "x".to_owned();
        let email = OutgoingEmail {
            from: text(),
            to: vec!["fv@lipa.example".to_owned(), "b@lipa.example".to_owned()],
            copies: vec!["szef@lipa.example".to_owned()],
            reply_to: text(),
            subject: text(),
            html: text(),
            text: text(),
            files: Vec::new(),
            tags: Vec::new(),
        };
        let all = destination(&email);
        assert_eq!((all.to_addresses(), all.cc_addresses()), (email.to.as_slice(), email.copies.as_slice()));
        assert!(all.bcc_addresses().is_empty());
    }
}
