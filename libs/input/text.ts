import iconv from 'iconv-lite';
import { refuse } from '#domain/refusal.js';

/** The largest file taken at once; longer months are handed over in parts. */
export const maxFileBytes = 64 * 1024 * 1024;

export type Encoding = 'utf-8' | 'gb18030';
export type FileText = Readonly<{ text: string; encoding: Encoding }>;

/** C0 without tab and line ends, DEL, C1 and the non-characters: none of them is ever typed. */
const noise = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufdd0-\ufdef\ufffe\uffff]/;

/**
 * Bytes of a file as text: UTF-8 with or without its mark, else GB18030 (GBK and GB2312 within it).
 * UTF-8 goes first because it can prove itself, where nearly any bytes pass for GB18030.
 *
 * @throws Refusal FILE_EMPTY, FILE_TOO_LARGE, FILE_CUT (ends inside a character), FILE_NOT_TEXT
 */
export function textOf(fileName: string, bytes: Uint8Array): FileText {
  if (bytes.length > maxFileBytes)
    refuse('FILE_TOO_LARGE', { file: fileName, maxBytes: String(maxFileBytes) });
  const found = utf8(bytes) ?? gb18030(bytes);
  if (found?.encoding !== 'utf-8' && cutWithin(bytes, utf8)) refuse('FILE_CUT', { file: fileName });
  if (found === undefined) {
    if (cutWithin(bytes, gb18030)) refuse('FILE_CUT', { file: fileName });
    refuse('FILE_NOT_TEXT', { file: fileName });
  }
  if (found.text.trim() === '') refuse('FILE_EMPTY', { file: fileName });
  if (noise.test(found.text)) refuse('FILE_NOT_TEXT', { file: fileName });
  return found;
}

/** Whether the bytes end inside a character: without its one to three bytes they are whole. */
function cutWithin(bytes: Uint8Array, decode: (bytes: Uint8Array) => FileText | undefined) {
  for (let left = 1; left <= 3 && left < bytes.length; left += 1) {
    const text = decode(bytes.subarray(0, bytes.length - left))?.text;
    // Plain ASCII before the end would prove nothing: every encoding has it.
    if (text !== undefined && !noise.test(text) && /[^\u0000-\u007f]/.test(text)) return true;
  }
  return false;
}

function utf8(bytes: Uint8Array): FileText | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { text, encoding: 'utf-8' };
  } catch {
    return undefined;
  }
}

function gb18030(bytes: Uint8Array): FileText | undefined {
  const text = iconv.decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), 'gb18030');
  return text.includes('\ufffd') ? undefined : { text, encoding: 'gb18030' };
}
