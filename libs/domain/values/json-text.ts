/** Whatever is not printable ASCII, and of that what JSON escapes. */
const unusual = /[^ !#-[\]-~]/;

/**
 * Whether JSON writes a text as it stands, between quotes. No for every other value, and for texts
 * such as Chinese ones, which JSON leaves alone too: one search then tells, where asking for all
 * that is escaped (control characters, lone surrogates) takes longer on an id.
 */
export function isPlain(text: unknown): text is string {
  return typeof text === 'string' && !unusual.test(text);
}

/** A text as JSON writes it, quicker for the ids that nearly all texts on disk are. */
export function quoted(text: string): string {
  return isPlain(text) ? `"${text}"` : JSON.stringify(text);
}
