/**
 * One-time codes that a shopper shows to pay: WeChat Pay has 18 digits from 10 to 15, Alipay 16 to 24 digits from 25 to 30 (auth_code in
 * their merchant API manuals), UnionPay 19 digits from 62 (its QR code payment, where the shopper shows the code). Blanks and control
 * characters around them are read over, since a wrong suffix of a scanner must not let a code through.
 */
const PAYMENT_CODE = /^[^!-~]*(1[0-5]\d{16}|(?:2[5-9]|30)\d{14,22}|62\d{17})[^!-~]*$/;

/** What may be kept of a payment code: its first two digits and its length. undefined for a text that is no payment code. */
export function maskPayment(text: string): string | undefined {
  const code = PAYMENT_CODE.exec(text)?.[1];
  return code && `${code.slice(0, 2)}${'*'.repeat(code.length - 2)}`;
}
