import iconv from 'iconv-lite';

export type Encoding = 'gb18030' | 'utf-8';

/**
 * Bytes written as text, one character of at most U+00FF each: it is cut, joined and searched
 * quicker than a buffer.
 */
export type ByteText = string;

const beyondAscii = /[^\u0000-\u007f]/;

/** Nearly every Chinese character is a pair in GB18030; what is known of each is kept here. */
const pairOfUnit = new Uint16Array(0x1_0000);
const unitOfPair = new Uint16Array(0x1_0000);
/** In either table: asked before, and it is no character of two bytes. Zero is not asked yet. */
const none = 1;

/** Whether each character is one byte, in any of the encodings: most of a file is so. */
export function isAscii(text: string): boolean {
  return !beyondAscii.test(text);
}

/** The text's bytes; undefined when they would not come back as the text went in. */
export function encodedText(encoding: Encoding, text: string): ByteText | undefined {
  if (!beyondAscii.test(text)) return text;
  return (encoding === 'gb18030' ? inPairs(text) : undefined) ?? faithful(encoding, text);
}

/** The text of these bytes; U+FFFD stands for those that are no characters. */
export function decodedText(encoding: Encoding, bytes: ByteText): string {
  const start = bytes.search(beyondAscii);
  if (start === -1) return bytes;
  const text = encoding === 'gb18030' ? fromPairs(bytes, start) : undefined;
  return text ?? iconv.decode(Buffer.from(bytes, 'latin1'), encoding, { stripBOM: false });
}

function faithful(encoding: Encoding, text: string): ByteText | undefined {
  const bytes = iconv.encode(text, encoding);
  return iconv.decode(bytes, encoding) === text ? bytes.toString('latin1') : undefined;
}

/** Undefined when a character has no pair, as those of four bytes. */
function inPairs(text: string): ByteText | undefined {
  let bytes = '';
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) {
      bytes += String.fromCharCode(unit);
      continue;
    }
    const pair = pairOf(unit);
    if (pair === none) return undefined;
    bytes += String.fromCharCode(pair >> 8, pair & 0xff);
  }
  return bytes;
}

function pairOf(unit: number): number {
  const known = pairOfUnit[unit] ?? none;
  if (known !== 0) return known;
  const bytes = faithful('gb18030', String.fromCharCode(unit));
  const pair = bytes?.length === 2 ? (bytes.charCodeAt(0) << 8) | bytes.charCodeAt(1) : none;
  pairOfUnit[unit] = pair;
  return pair;
}

/** Undefined when there is anything but ASCII and pairs: then the whole is read the slow way. */
function fromPairs(bytes: ByteText, start: number): string | undefined {
  let text = bytes.slice(0, start);
  for (let at = start; at < bytes.length; at += 1) {
    const first = bytes.charCodeAt(at);
    if (first < 0x80) {
      text += String.fromCharCode(first);
      continue;
    }
    at += 1;
    const unit = at < bytes.length ? unitOf(first, bytes.charCodeAt(at)) : none;
    if (unit === none) return undefined;
    text += String.fromCharCode(unit);
  }
  return text;
}

function unitOf(first: number, second: number): number {
  const pair = (first << 8) | second;
  const known = unitOfPair[pair] ?? none;
  if (known !== 0) return known;
  const text = iconv.decode(Buffer.of(first, second), 'gb18030', { stripBOM: false });
  // A digit in second place begins four bytes.
  const isPair = first > 0x80 && second > 0x3f && text.length === 1 && text !== '\ufffd';
  const unit = isPair ? text.charCodeAt(0) : none;
  unitOfPair[pair] = unit;
  return unit;
}
