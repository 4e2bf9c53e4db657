//! SMS through SNS, straight to a number. Retries are off, as for e-mail.

use aws_sdk_sns::Client;
use aws_sdk_sns::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sns::operation::publish::PublishError;
use aws_sdk_sns::types::MessageAttributeValue;

use crate::domain::cause::Cause;
use crate::ports::outside::{OutgoingSms, SendResult, SmsSender};

/// Sends SMS through SNS.
#[derive(Debug, Clone)]
pub struct Sns {
    client: Client,
}

impl Sns {
    /// SNS.
    pub fn new(client: Client) -> Self {
        Self { client }
    }
}

fn attribute(kind: &str, value: &str) -> Option<MessageAttributeValue> {
    MessageAttributeValue::builder().data_type(kind).string_value(value).build().ok()
}

impl SmsSender for Sns {
    async fn send_sms(&self, sms: &OutgoingSms) -> SendResult {
        let mut request = self.client.publish().phone_number(&sms.to).message(&sms.text);
        let attributes = [
            ("AWS.SNS.SMS.SMSType", attribute("String", "Transactional")),
            ("AWS.SNS.SMS.SenderID", attribute("String", &sms.sender_id)),
            ("AWS.SNS.SMS.MaxPrice", attribute("Number", &sms.max_price_usd)),
        ];
        for (name, value) in attributes {
            if let Some(value) = value {
                request = request.message_attributes(name, value);
            }
        }
        match request.send().await {
            Ok(sent) => SendResult::Accepted(sent.message_id.unwrap_or_default()),
            Err(error) => read_error(&error),
        }
    }
}

fn read_error<R: std::fmt::Debug>(error: &SdkError<PublishError, R>) -> SendResult {
    match error {
        SdkError::ServiceError(service) => match service.err().code().unwrap_or_default() {
            "Throttled" | "ThrottledException" | "Throttling" | "KMSThrottlingException" => SendResult::NotNow("SNS throttles".to_owned()),
            "InvalidParameter" | "InvalidParameterException" | "InvalidParameterValue" | "ParameterValueInvalid" => {
                SendResult::Never { reason: Cause::NumberRefused.text(), address: true }
            }
            "OptedOut" | "OptedOutException" => SendResult::Never { reason: Cause::OptedOut.text(), address: true },
            "AuthorizationError" | "AuthorizationErrorException" => SendResult::NotNow("this account may not send SMS yet".to_owned()),
            _ => SendResult::Unknown(Cause::ProviderFault.text()),
        },
        SdkError::ConstructionFailure(_) => SendResult::Never { reason: Cause::NotSendable.text(), address: false },
        SdkError::DispatchFailure(failure) if format!("{failure:?}").contains("ConnectError") => {
            SendResult::NotNow("SNS was not reached".to_owned())
        }
        _ => SendResult::Unknown(Cause::NoAnswer.text()),
    }
}
