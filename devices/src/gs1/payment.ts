/**
 * One-time codes that a shopper shows to pay: WeChat Pay has 18 digits from 10 to 15, Alipay 16 to 24 digits from 25 to 30 (auth_code in
 * their merchant API manuals), UnionPay 19 digits from 62 (its QR code payment, where the shopper shows the code; JD Pay and banks show
 * such too). JD Pay has 18 digits from 18, Bestpay (翼支付) 18 from 51, e-CNY 19 from 01: no manual was at hand, public payment software
 * of different makers agrees on them. Blanks and control characters around them are read over, since a wrong suffix of a scanner must not
 * let a code through.
 */
const PAYMENT_CODE = /^[^!-~]*((?:1[0-58]|51)\d{16}|(?:2[5-9]|30)\d{14,22}|(?:62|01)\d{17})[^!-~]*$/;

/** What may be kept of a payment code: its first two digits and its length. undefined for a text that is no payment code. */
export function maskPayment(text: string): string | undefined {
  const code = PAYMENT_CODE.exec(text)?.[1];
  return code && `${code.slice(0, 2)}${'*'.repeat(code.length - 2)}`;
}
