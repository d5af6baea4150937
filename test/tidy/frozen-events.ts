import ts from 'typescript';
import { type CodeFile, type Problem, type Project, lineAt, visit } from './project.js';

const samples = 'test/frozen-events/';
const sampleName = /^test\/frozen-events\/(\w+)\.v(\d+)\.json$/;

type EventType = Readonly<{ name: string; path: string; line: number; version: number }>;

/** Stands for a schema that is not written as a number where its codec is made. */
const unsaid = 0;

/**
 * What was written once is read for ever: every version of every event has a frozen sample, and
 * every sample still has its event. A type's version is the schema of its codec, 1 unless it says.
 */
export function frozenEvents({ code, files }: Project): readonly Problem[] {
  const events = code
    .filter(({ path }) => /^libs\/domain\/.*\.events\.ts$/.test(path))
    .flatMap(eventTypesOf);
  const frozen = new Set(files.map(({ path }) => path).filter((path) => path.startsWith(samples)));
  return [...withoutSample(events, frozen), ...withoutEvent(events, frozen), ...namedTwice(events)];
}

function withoutSample(
  events: readonly EventType[],
  frozen: ReadonlySet<string>,
): readonly Problem[] {
  return events.flatMap(({ name, path, line, version }) => {
    if (version === unsaid)
      return [{ path, line, advice: `${name}: write its schema as a number in its codec` }];
    return Array.from({ length: version }, (_, index) => `${samples}${name}.v${index + 1}.json`)
      .filter((sample) => !frozen.has(sample))
      .map((sample) => ({ path, line, advice: `${name} has no frozen sample: write ${sample}` }));
  });
}

function withoutEvent(
  events: readonly EventType[],
  frozen: ReadonlySet<string>,
): readonly Problem[] {
  const versions = new Map(events.map(({ name, version }) => [name, version]));
  return [...frozen].flatMap((path) => {
    const [, name = '', version = ''] = sampleName.exec(path) ?? [];
    if (Number(version) >= 1 && Number(version) <= (versions.get(name) ?? 0)) return [];
    const advice = 'no event has this sample: an event on disk is never renamed or taken away';
    return [{ path, line: 1, advice }];
  });
}

function namedTwice(events: readonly EventType[]): readonly Problem[] {
  const first = new Map<string, EventType>();
  return events.flatMap((event) => {
    const other = first.get(event.name);
    if (other === undefined) {
      first.set(event.name, event);
      return [];
    }
    const advice = `${event.name} is an event of ${other.path} too: give one of them its subject`;
    return [{ path: event.path, line: event.line, advice }];
  });
}

/** Event types are written `Fact<'BatchDrafted', …>` or `{ type: 'BatchDrafted'; data: … }`. */
function eventTypesOf(file: CodeFile): readonly EventType[] {
  const events: EventType[] = [];
  const schemas = schemasOf(file);
  visit(file.tree, (node) => {
    const literal = factName(node) ?? memberName(node);
    if (literal === undefined) return;
    const line = lineAt(file.tree, literal.getStart(file.tree));
    const version = schemas.get(literal.text) ?? 1;
    events.push({ name: literal.text, path: file.path, line, version });
  });
  return events;
}

function factName(node: ts.Node): ts.StringLiteral | undefined {
  if (!ts.isTypeReferenceNode(node) || node.typeName.getText() !== 'Fact') return undefined;
  return stringOf(node.typeArguments?.[0]);
}

function memberName(node: ts.Node): ts.StringLiteral | undefined {
  if (!ts.isTypeLiteralNode(node)) return undefined;
  const members = new Map(
    node.members.filter(ts.isPropertySignature).map(({ name, type }) => [name.getText(), type]),
  );
  return members.has('data') ? stringOf(members.get('type')) : undefined;
}

function stringOf(type: ts.TypeNode | undefined): ts.StringLiteral | undefined {
  if (type === undefined || !ts.isLiteralTypeNode(type)) return undefined;
  return ts.isStringLiteral(type.literal) ? type.literal : undefined;
}

/** From the codecs beside the types: `BatchDrafted: codec(['totalFen'], 2, upcasters)`. */
function schemasOf({ tree }: CodeFile): ReadonlyMap<string, number> {
  const schemas = new Map<string, number>();
  visit(tree, (node) => {
    if (!ts.isPropertyAssignment(node) || !ts.isCallExpression(node.initializer)) return;
    const { expression, arguments: given } = node.initializer;
    const schema = given[1];
    if (expression.getText(tree) !== 'codec' || schema === undefined) return;
    const version = ts.isNumericLiteral(schema) ? Number(schema.text) : unsaid;
    schemas.set(node.name.getText(tree), version);
  });
  return schemas;
}
