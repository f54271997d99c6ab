/** Whether a text has the form of a language tag (RFC 5646); producers write underscores too, and nothing for unknown. */
export function isLanguage(text: string): boolean {
  return /^(?:[A-Za-z]{1,8}(?:[-_][A-Za-z\d]{1,8}){0,6})?$/.test(text);
}

/** The tag without the zero bytes that some producers end it with; undefined where it has no such form. */
export function languageOf(text: string): string | undefined {
  const tag = text.replace(/\0+$/, '');
  return isLanguage(tag) ? tag : undefined;
}
