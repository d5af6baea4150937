import { refuse } from '#domain/refusal.js';
import { headerOf, type ServerRequest } from './request.js';

const longestName = 200;

/**
 * A file arrives as `application/octet-stream`, byte for byte, with its name percent-encoded in
 * `X-File-Name`: a name belongs in no address.
 *
 * @throws Refusal BODY_INVALID without a name, or with one that is a path
 */
export function fileNameOf(request: ServerRequest): string {
  const name = decoded(headerOf(request, 'x-file-name') ?? '');
  const isName = name !== '' && name.length <= longestName && !/[\\/\p{Cc}]/u.test(name);
  if (!isName)
    refuse('BODY_INVALID', {
      fields: 'X-File-Name',
      expected: `percent-encoded name, no path, length ≤ ${longestName}`,
    });
  return name;
}

/** @throws Refusal FILE_EMPTY when the body is no file, or one without a byte */
export function bytesOf(body: unknown): Buffer {
  if (!Buffer.isBuffer(body) || body.length === 0) return refuse('FILE_EMPTY', {});
  return body;
}

/** A column mapping is a few names; a header is read whole before anybody is known. */
const longestMapping = 8_192;

/**
 * An office's own column mapping, as JSON in base64url in `X-Column-Mapping`: a header carries no
 * Chinese, and the body is the file.
 *
 * @throws Refusal BODY_INVALID when it is too long or no base64url
 */
export function mappingOf(request: ServerRequest): string | undefined {
  const given = headerOf(request, 'x-column-mapping');
  if (given === undefined) return undefined;
  if (given.length > longestMapping || !/^[\w-]+={0,2}$/.test(given))
    refuse('BODY_INVALID', {
      fields: 'X-Column-Mapping',
      expected: `JSON in base64url, length ≤ ${longestMapping}`,
    });
  return Buffer.from(given, 'base64url').toString('utf8');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text).normalize('NFC');
  } catch {
    return '';
  }
}
