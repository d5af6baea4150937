import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { dutyZh } from '#application/duty-words.js';
import type { Language } from './problem.js';

/** The OpenAPI document, once the routes are known; the page and the CLI read the same one. */
export class Documentation {
  private built: OpenAPIObject | undefined;

  build(app: INestApplication, version: string): OpenAPIObject {
    const config = new DocumentBuilder()
      .setTitle('月结 Yuejie')
      .setDescription(
        'Pays an unemployment-insurance fund out and proves every fen of it. Amounts are ' +
          'integers of fen with the yuan beside them as text; a command carries an ' +
          'Idempotency-Key (UUID); an expected "no" is application/problem+json with a code. ' +
          'Every answer under a duty says in X-Acting-As who acts: person, duty and office.',
      )
      .setVersion(version)
      .addApiKey({ type: 'apiKey', in: 'cookie', name: 'yuejie_session' }, 'session')
      .addBearerAuth({ type: 'http', description: "the sign-in's `session`" }, 'bearer')
      .build();
    this.built = withConventions(SwaggerModule.createDocument(app, config));
    return this.built;
  }

  get document(): OpenAPIObject {
    if (this.built === undefined) throw new Error('the documentation is not built yet');
    return this.built;
  }
}

/** One line of the documentation: a route, what it does and who may use it. */
export type Operation = Readonly<{
  method: string;
  path: string;
  zh: string;
  en: string;
  duties: readonly string[];
}>;

const commandId = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description: 'a fresh UUID; the same one again, with the same body, is a retry',
  schema: { type: 'string', format: 'uuid' },
} as const;

const csrf = {
  name: 'X-CSRF',
  in: 'header',
  required: false,
  description:
    "the sign-in's `csrf`: needed whenever the session comes as a cookie, and not with " +
    '`Authorization: Bearer`',
  schema: { type: 'string' },
} as const;

const choices = [
  {
    name: 'X-Office',
    in: 'header',
    required: false,
    description: 'the office acted for: one below that of a duty; without it, that of the duty',
    schema: { type: 'string' },
  },
  {
    name: 'X-Duty',
    in: 'header',
    required: false,
    description: 'the duty acted under, of those the route allows; without it, the first one held',
    schema: { type: 'string' },
  },
] as const;

const problemWords = (language: string) => ({
  type: 'object',
  description: `title, detail and advice in ${language}`,
  properties: {
    title: { type: 'string', description: 'what is wrong' },
    detail: { type: 'string', description: 'what is wrong, and where' },
    advice: { type: 'string', description: 'what to do' },
  },
  required: ['title', 'detail', 'advice'],
});

const problem = {
  type: 'object',
  description:
    'RFC 9457; `code` is the coded "no", `facts` are what it is about. `title`, `detail` and ' +
    '`advice` are in the language of Accept-Language; `zh` and `en` hold them in both',
  required: ['type', 'title', 'status', 'code', 'detail', 'advice', 'facts', 'zh', 'en'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string' },
    detail: { type: 'string' },
    advice: { type: 'string' },
    facts: { type: 'object', additionalProperties: { type: 'string' } },
    zh: problemWords('Chinese'),
    en: problemWords('English'),
  },
};

const problemAnswer = {
  description: 'A refusal, or a fault',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

/** What holds for all routes is said once here and not at each of them. */
function withConventions(document: OpenAPIObject): OpenAPIObject {
  for (const { method, operation } of operationsIn(document)) {
    operation.responses['default'] = problemAnswer;
    const headers = headersOf(method, operation);
    operation.parameters = [...(operation.parameters ?? []), ...headers];
  }
  const { components } = document;
  return {
    ...document,
    components: { ...components, schemas: { ...components?.schemas, Problem: problem } },
  };
}

/** What a request must or may carry beside its body, by what kind of route it is. */
function headersOf(method: string, operation: object) {
  const isUnsafe = method !== 'get';
  const isCommand = isUnsafe && isDutied(operation) && !('x-reads' in operation);
  return [
    ...(isCommand ? [commandId] : []),
    ...(isUnsafe && !dutiesOf(operation).includes('public') ? [csrf] : []),
    ...(isDutied(operation) ? choices : []),
  ];
}

function isDutied(operation: object): boolean {
  const duties = dutiesOf(operation);
  return !duties.includes('public') && !duties.includes('signed-in');
}

function dutiesOf(operation: object): readonly string[] {
  const duties: unknown = Reflect.get(operation, 'x-duties');
  return Array.isArray(duties) ? duties.map(String) : [];
}

const methods = ['get', 'put', 'post', 'delete', 'patch'] as const;

export function operationsOf(document: OpenAPIObject): readonly Operation[] {
  return operationsIn(document).map(({ method, path, operation }) => ({
    method: method.toUpperCase(),
    path,
    zh: operation.description ?? '',
    en: operation.summary ?? '',
    duties: dutiesOf(operation),
  }));
}

function operationsIn({ paths }: OpenAPIObject) {
  return Object.entries(paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method];
      return operation === undefined ? [] : [{ method, path, operation }];
    }),
  );
}

export type PageFacts = Readonly<{
  version: string;
  demo: Readonly<{ logins: readonly string[]; password: string }> | undefined;
  operations: readonly Operation[];
}>;

const words = {
  zh: {
    lang: 'zh-CN',
    colon: '：',
    other: 'English',
    otherLanguage: 'en',
    what: '失业保险基金发放系统：每一分钱都有来龙去脉。这里是接口说明。',
    demo: '演示模式：数据都是虚构的，任何人都可以用下列账号登录，密码都是',
    routes: '接口',
    method: '方法',
    path: '路径',
    does: '用途',
    who: '谁可以用',
    machine: '机器可读的说明',
    public: '任何人',
    'signed-in': '已登录的人',
  },
  en: {
    lang: 'en',
    colon: ': ',
    other: '中文',
    otherLanguage: 'zh',
    what: 'Pays an unemployment-insurance fund out and proves every fen of it. This is its API.',
    demo: 'Demo mode: all data is made up, and anybody may sign in as one of these, password',
    routes: 'Routes',
    method: 'Method',
    path: 'Path',
    does: 'What it does',
    who: 'Who may use it',
    machine: 'Machine-readable',
    public: 'anyone',
    'signed-in': 'anyone signed in',
  },
} as const;

/** The page at `/`: plain HTML without a script, in one language, with a link to the other. */
export function documentationPage(facts: PageFacts, language: Language): string {
  const word = words[language];
  const { version, demo, operations } = facts;
  const notice =
    demo === undefined
      ? ''
      : `<p class="demo">${word.demo} ${code(demo.password)}${word.colon}${demo.logins
          .map(code)
          .join(' ')}</p>`;
  const rows = operations.map((operation) => rowOf(operation, language)).join('\n');
  const heads = [word.method, word.path, word.does, word.who]
    .map((head) => `<th>${head}</th>`)
    .join('');
  return `<!doctype html>
<html lang="${word.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>月结 Yuejie ${escaped(version)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/page.css">
</head>
<body>
<header><h1>月结 Yuejie <small>${escaped(version)}</small></h1>
<a href="/?lang=${word.otherLanguage}">${word.other}</a></header>
<p>${word.what}</p>
${notice}
<p>${word.machine}${word.colon}<a href="/api/v1/openapi.json">/api/v1/openapi.json</a></p>
<h2>${word.routes}</h2>
<table>
<thead><tr>${heads}</tr></thead>
<tbody>
${rows}
</tbody>
</table>
</body>
</html>
`;
}

export const pageStyle = `body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto;
  max-width: 70rem; padding: 0 1rem; color: #1d2129; background: #fff; }
header { display: flex; justify-content: space-between; align-items: baseline; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; } small { color: #667; font-weight: normal; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 0.35rem 0.6rem; border-bottom: 1px solid #e3e6ec;
  vertical-align: top; }
td:first-child, td:nth-child(2), code { font-family: ui-monospace, monospace; font-size: 0.9em; }
td:nth-child(2) { width: 38%; overflow-wrap: anywhere; } td:nth-child(3) { width: 30%; }
code { white-space: nowrap; }
.demo { background: #fff7e0; border: 1px solid #f0d48a; padding: 0.6rem 0.8rem; }
@media (max-width: 48rem) {
  body { margin: 1rem auto; }
  thead { position: absolute; clip-path: inset(50%); }
  tr { display: grid; grid-template-columns: 4.5rem 1fr; padding: 0.5rem 0;
    border-bottom: 1px solid #e3e6ec; }
  td, td:nth-child(n) { width: auto; padding: 0.1rem 0; border: 0; }
  td:nth-child(n + 3) { grid-column: 2; }
  td:last-child { color: #667; }
}
`;

const zhOf: ReadonlyMap<string, string> = new Map(Object.entries(dutyZh));

function rowOf({ method, path, zh, en, duties }: Operation, language: Language): string {
  const word = words[language];
  const who = duties.map((duty) => {
    if (duty === 'public' || duty === 'signed-in') return word[duty];
    return language === 'zh' ? `${zhOf.get(duty) ?? ''} ${code(duty)}` : code(duty);
  });
  const does = escaped(language === 'zh' ? zh : en);
  // A long path may go on in the next line, at a slash behind what it is about.
  const where = escaped(path).replaceAll(/(?<=^\/api\/v1\/.*[^/])\//g, '<wbr>/');
  const cells = [method, where, does, who.join(language === 'zh' ? '、' : ' ')];
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

function code(text: string): string {
  return `<code>${escaped(text)}</code>`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
