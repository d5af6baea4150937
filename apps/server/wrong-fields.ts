/** What a schema found wrong: the parts of it that are told. */
export type Issue = Readonly<{
  message: string;
  path?: readonly unknown[] | undefined;
  code?: string;
  expected?: unknown;
  pattern?: unknown;
  minimum?: unknown;
  maximum?: unknown;
  origin?: unknown;
  values?: readonly unknown[];
}>;

const mostNamed = 20;

/**
 * The fields that are wrong and the form that each must have; their values may be personal and are
 * not repeated. A form is written so that it reads the same in both languages.
 */
export function fieldsOf(issues: readonly Issue[]): Readonly<Record<string, string>> {
  const forms = new Map<string, string>();
  for (const issue of issues) {
    const path = pathText(issue.path);
    if (!forms.has(path)) forms.set(path, formOf(issue));
  }
  const named = [...forms].slice(0, mostNamed);
  const fields = named.map(([path]) => path).filter((path) => path !== '');
  if (named.length === 0) return {};
  const expected = named.map(([path, form]) => (path === '' ? form : `${path}: ${form}`));
  const told = { expected: expected.join(', ') };
  return fields.length === 0 ? told : { fields: fields.join(', '), ...told };
}

/** Forms of the values that people write by hand, by the pattern that checks them. */
const formOfPattern: Readonly<Record<string, string>> = {
  '^\\d{4}-\\d{2}-\\d{2}$': 'YYYY-MM-DD',
  '^\\d{4}-\\d{2}$': 'YYYY-MM',
  '^\\d{6}$': '6 × 0-9',
  '^\\d{1,18}$': '0-9',
};

function formOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return String(issue.expected);
    case 'invalid_format':
      return patternText(issue.pattern);
    case 'invalid_value':
      return (issue.values ?? []).map(String).join(' | ');
    case 'too_small':
      return bound('≥', issue.minimum, issue.origin);
    case 'too_big':
      return bound('≤', issue.maximum, issue.origin);
    case 'unrecognized_keys':
      return '{ }';
    case 'custom':
      return issue.message;
    default:
      return '?';
  }
}

function patternText(pattern: unknown): string {
  const source = pattern instanceof RegExp ? pattern.source : stripped(String(pattern));
  return formOfPattern[source] ?? `/${source}/`;
}

/** A pattern as an issue carries it: text between slashes. */
function stripped(text: string): string {
  return /^\/(.*)\/[a-z]*$/.exec(text)?.[1] ?? text;
}

/** `length ≥ 1` of a text or a list, `≥ 1` of a number. */
function bound(sign: '≥' | '≤', limit: unknown, origin: unknown): string {
  const isLong = origin === 'string' || origin === 'array';
  return `${isLong ? 'length ' : ''}${sign} ${String(limit)}`;
}

function pathText(path: readonly unknown[] | undefined): string {
  const keys = (path ?? []).map((part) =>
    typeof part === 'object' && part !== null && 'key' in part ? part.key : part,
  );
  return keys.map(String).join('.');
}
