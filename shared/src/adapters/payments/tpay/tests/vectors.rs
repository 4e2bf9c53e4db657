//! Vectors by another program: a certificate of its own, and what Tpay's official library said of each.

/// The security code.
pub const CODE: &str = "1234567890";

/// The signer's certificate, which leads nowhere.
pub const CERTIFICATE: &[u8] = b"\
-----BEGIN CERTIFICATE-----\n\
MIIDhjCCAm6gAwIBAgIBADANBgkqhkiG9w0BAQsFADBbMRQwEgYDVQQDDAt2ZWN0\n\
b3ItdGVzdDELMAkGA1UEBhMCQVUxEzARBgNVBAgMClNvbWUtU3RhdGUxITAfBgNV\n\
BAoMGEludGVybmV0IFdpZGdpdHMgUHR5IEx0ZDAgFw0yNjExMjIxNTU1MTlaGA8y\n\
MTI2MTAyOTE1NTUxOVowWzEUMBIGA1UEAwwLdmVjdG9yLXRlc3QxCzAJBgNVBAYT\n\
AkFVMRMwEQYDVQQIDApTb21lLVN0YXRlMSEwHwYDVQQKDBhJbnRlcm5ldCBXaWRn\n\
aXRzIFB0eSBMdGQwggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEKAoIBAQDh1ozc\n\
5uBhktdUgsKUS0ibCXf0RtHoXkE/mleecoNxzFaRf0fsJjz7zNogqck+ikdM7t4R\n\
DQdq8APFoQ+juvVwDUZE5mtI33fBbv84PdTnVhdIuTdQIxHp4/vXuAqwLE/2g4gi\n\
aKUU3/uVJuDQ+xlKL9fHasjYb4mey7g6AbiRU90hb0s7zuyR8GLkOtibFgPFK7+u\n\
rUuomBXowsZl+Y9s5ftwfdUbiZppGlrld6/rlJ2Wnl9pnhqyBj08u2X7pPa4AQvu\n\
IMEMHK/HKmQ/JTUjMkSWFD9Yh7y5/lHwenoryNw3XdfadPTpiBDJTjbs2aC6umnu\n\
sXZQ1tcrT2jW5hmLAgMBAAGjUzBRMB0GA1UdDgQWBBS4qtuGte+JMyDxGPZSgX4s\n\
R3XgKzAfBgNVHSMEGDAWgBS4qtuGte+JMyDxGPZSgX4sR3XgKzAPBgNVHRMBAf8E\n\
BTADAQH/MA0GCSqGSIb3DQEBCwUAA4IBAQAKGv3PIeRw7IUq0ICU+Drc49OqzaV9\n\
ZCU+Nt7N/mFI2hlm4leqWt9v8e74kVCl/75HSUSVxH4rh78Id0HORFAwppnpCZ3x\n\
jhaHn8q3knlDMglKIXSGHDSPpYoIzJIip5wQRDfPvNdXqlmXXzHwvhLSnHCmp0WN\n\
Z9yyiMtDfqBlLnSeg5ev0txhjDn+9GHlH5PcHExo7sbieCj9Ji/Th26mxHpFHStd\n\
L8DuKqnElOv0/Ga57JgmnlgqMGIJ2Ed5/12SC0Tn5/RHAt7muvpHlk/BDcDqItBm\n\
HVvHwXPiQZ9qWfje/hAzuywURI6dVUWBQ74FEL6/zwvEos268I7v/Bub\n\
-----END CERTIFICATE-----\n\n";

/// A notification.
pub const BODY: &str = "id=12345\
    &tr_id=TR-1234-89012345678901234567890\
    &tr_date=2024-12-10+09%3A27%3A59\
    &tr_crc=FV%2F2024%2F12%2F0007\
    &tr_amount=144.69\
    &tr_paid=144.69\
    &tr_desc=Order+%23123456\
    &tr_status=TRUE\
    &tr_error=none\
    &tr_email=test%40example.com\
    &md5sum=d7aac4e385e1f2647d4e2fe771fb3a52\
    &test_mode=0";

/// Its signature.
pub const VALID: &str = "eyJhbGciOiJSUzI1NiIsIng1dSI6Imh0dHBzOi8vc2VjdXJlLnRwYXkuY29tL3g1MDkvbm90aWZpY2F0aW9ucy1qd3MucGVtIn0..m3ZjRY2s3\
    aaM_jIjnOWk7UrsON8kTut4q4ecqYEHBEMdJdlUBmEDd3FU_k_F5tPA0R93qtXxLrdy-HwZp2UR-kMCvPY2bTIMyz3bwN_fbGvikmG9jO3YyUl\
    VASWVNZDCW8F2lplyTEThH38_Qb2uGAwKhHazYSw9dNVXJIg8UHFPGjPPlYvvhymSNgd9W7QggIP8fFOS4Xt1DWMVx_wevUwJFm50tPUi4ZfPI\
    jA7cpn1WBIF_N6Hhwr3QVDU9m9xQBL2RTrkoff1cPCdpJQ5AzFqrQzgcx-qCs74iIc7T_o-Z2SiTMK2hxOI1NGcdk7dnTnCEzx-EaWTS9ZWrb3\
    Ggg";

/// The same by the sandbox's certificate.
pub const SANDBOX: &str = "eyJhbGciOiJSUzI1NiIsIng1dSI6Imh0dHBzOi8vc2VjdXJlLnNhbmRib3gudHBheS5jb20veDUwOS9ub3RpZmljYXRpb25zLWp3cy5wZW0ifQ\
    ..dzOfn3J_fPmjdUv_2dUyqYy7rh1KhTbWwN2w4fXqFOsYQlj32jehCT1UYLTP5RvKlMdEsxYW0-25M5YWQGh7UAsSbyOhfdrinXILjiWvIvoz\
    0Er98z1I1OEBVFlh9aTED3hxc_C2fYi1yw5km3RdLN-usb-LJq3V3uKbN71hRljqEEFpDMRpo5VzBx0Q2hPhgaxt8XqjKYNRlopeI_nDTy_zMN\
    HvYQfMZpwYUBWznoAzl54zY885IzY2x4fP877Ke2MjseAALQSyHwIjvYTSU08jxEIjKFZtp_NswcZJUbTJj1hgS8WZa20E7IXNGmGgxBtBytxT\
    ZmFUeKpTihUZBg";

/// The same with a certificate that lies elsewhere.
pub const FOREIGN: &str = "eyJhbGciOiJSUzI1NiIsIng1dSI6Imh0dHBzOi8vZXhhbXBsZS5jb20vaG9zdGlsZS5wZW0ifQ..1HguL7ti2gDrAIKHI2iqDc-TS7rTZDoJSh\
    Lz6CM9RONP76emJ7TiBDQ02IHQZuS4dNpJNCEqFIIsTfRrvQG-fN91aF4DOaWkioXqjdUkjUkv9EBwK1ONOOfnu5azAiaTV0bXqmoqX1UiBdaD\
    X5yC_lwIXoptxwSlcK_zTzMYtiuXVA7looumIzbpaUI1fyAe4YsWRe2hguAin4sO7qBnqew-2AQ496XP9fO5-TP7ayEsbXyEAO95FUeIvzi_rx\
    ST3U5y1qwO6kzhyyz22uMlTAAniWnZ6Qm081yvrNDjD3ql5TEFIoMrdSkELKPSrbi3zMkdrllVkvm-wXtwe_k2NA";

/// The same where the host only begins as Tpay's.
pub const PREFIX: &str = "eyJhbGciOiJSUzI1NiIsIng1dSI6Imh0dHBzOi8vc2VjdXJlLnRwYXkuY29tLmV2aWwuZXhhbXBsZS94NTA5L25vdGlmaWNhdGlvbnMtandzLn\
    BlbSJ9..XTWizIuXJVam_rvPYmAKQB3V_5CgeMRx3BCiZvKwgvtt7daxM1WhyJGYvQV4I9lQwDS7PPbRtoUOzJBW7N83Bt31v0O7ylRUiVTdV7\
    53DHuFNJxiE_dCBy8YvnQaTe4U6DXG9wxP2XUUIPApPQa5RWTM-C6rfvdaQwl29WwD0ERz1vFhIoG40PeseVq1vFMrDm7Hil-LZcMF9piQldEO\
    -u9_C7zxlR_VaknUXDtuT6ReRehpB-VL9sK2aQLGGzpcJ0zaWfFnq_WJQ1AEe2BgDEMKzXwAiruskHuSnbYhjH3dvaojZIrC7Eyk4ezFrSBXb2\
    CH8K_kKVRR5jA1aOd2yA";
