/** On a screen that others can see: a phone by its ends. */
export const maskedPhone = (phone: string): string => `${phone.slice(0, 3)} ···· ${phone.slice(-4)}`;
