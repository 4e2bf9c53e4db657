//! What is read of Shopify's payloads.
//!
//! Owns the names of the fields; all others are skipped. Amounts are decimal strings in most
//! versions and JSON numbers in some; `null`, an empty text and a missing field mean the same.

use serde::Deserialize;

use crate::adapters::intake::document::Field;

/// Structs of fields that are read late.
macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident,)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Default, Deserialize)]
            #[serde(default)]
            pub(super) struct $name {
                $($(#[$field_doc])* pub(super) $field: Field,)*
            }
        )*
    };
}

fields! {
    /// An order; amounts without `_set` are in the shop's currency.
    Order {
        /// 64-bit integer.
        id,
        /// `#1001`, as the customer knows it.
        name,
        /// `1001`.
        order_number,
        created_at,
        processed_at,
        updated_at,
        cancelled_at,
        /// The shop's currency.
        currency,
        /// The currency that the customer saw.
        presentment_currency,
        /// Total when the order was made.
        total_price,
        /// The same in both currencies: [`MoneySet`].
        total_price_set,
        /// Total after refunds and edits.
        current_total_price,
        /// The same in both currencies: [`MoneySet`].
        current_total_price_set,
        /// What is open; below 0 when the customer is owed something.
        total_outstanding,
        /// `pending`, `authorized`, `partially_paid`, `paid`, `partially_refunded`, `refunded`, `voided`.
        financial_status,
        /// [`PaymentTerms`]; usually `null`.
        payment_terms,
        /// List of names.
        payment_gateway_names,
        /// A test order.
        test,
        /// Page on which the customer sees the order.
        order_status_url,
        customer_locale,
        email,
        contact_email,
        phone,
        /// [`Customer`]; `null` for guests.
        customer,
        /// [`Address`].
        billing_address,
        /// [`B2bCompany`]; only in business-to-business orders.
        company,
        /// List of [`NoteAttribute`], where shops keep the NIP.
        note_attributes,
    }
    /// An amount in both currencies.
    MoneySet {
        /// [`Money`] as the shop counts it.
        shop_money,
        /// [`Money`] as the customer saw it.
        presentment_money,
    }
    /// An amount with its currency.
    Money {
        amount,
        currency_code,
    }
    /// When an order is to be paid.
    PaymentTerms {
        /// `net`, `fixed`, `receipt`, `fulfillment`.
        payment_terms_type,
        due_in_days,
        /// List of [`PaymentSchedule`].
        payment_schedules,
    }
    /// One date of the terms.
    PaymentSchedule {
        due_at,
        completed_at,
    }
    /// Who ordered.
    Customer {
        /// 64-bit integer.
        id,
        first_name,
        last_name,
        email,
        phone,
    }
    /// Where the bill goes.
    Address {
        name,
        first_name,
        last_name,
        company,
        phone,
        address1,
        address2,
        zip,
        city,
        country_code,
    }
    /// A company that buys under its own terms.
    B2bCompany {
        id,
    }
    /// A free field of the checkout.
    NoteAttribute {
        name,
        value,
    }
    /// The usual body of `orders/edited`.
    Edited {
        order_edit,
    }
    /// A refund.
    Refund {
        order_id,
        created_at,
        processed_at,
        /// List of [`RefundLine`].
        refund_line_items,
        /// List of [`RefundShipping`]; holds the shipping since version 2024-10.
        refund_shipping_lines,
        /// List of [`Adjustment`].
        order_adjustments,
        /// [`MoneySet`].
        total_duties_set,
        /// List of [`Transaction`].
        transactions,
    }
    /// Goods that came back or were never sent.
    RefundLine {
        subtotal,
        /// [`MoneySet`].
        subtotal_set,
        total_tax,
        /// [`MoneySet`].
        total_tax_set,
    }
    /// Shipping that is refunded.
    RefundShipping {
        /// [`MoneySet`].
        subtotal_amount_set,
        /// [`MoneySet`].
        tax_amount_set,
    }
    /// What a refund differs from its goods by: below 0 more is refunded, above 0 less.
    Adjustment {
        amount,
        /// [`MoneySet`].
        amount_set,
        tax_amount,
        /// [`MoneySet`].
        tax_amount_set,
        /// `shipping_refund` or `refund_discrepancy`; missing since version 2024-10.
        kind,
    }
    /// A movement of money, in the currency that the customer saw.
    Transaction {
        amount,
        currency,
        /// `refund` is what counts.
        kind,
        /// `success` is what counts.
        status,
    }
}
