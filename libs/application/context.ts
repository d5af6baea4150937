import type { Metadata } from '#event-store/port.js';
import type { Signer } from '#domain/signing/signing.js';
import type { Day, Month } from '#domain/values/calendar.js';
import { derivedId } from './ids.js';

/** What a command carries beside its body: its identity, who gave it and on which business day. */
export type Context = Readonly<{
  commandId: string;
  actor: string;
  duty: string;
  office: string;
  day: Day;
  month?: Month;
  causation?: string;
  correlation?: string;
  policyVersion?: string;
}>;

export function contextOf(signer: Signer, commandId: string, day: Day): Context {
  return { commandId, actor: signer.person, duty: signer.duty, office: signer.office, day };
}

/** The context of what follows from an event without a person's hand. */
export function reactionContext(
  reaction: string,
  cause: Readonly<{ id: string; metadata: Metadata }>,
  target: string,
): Context {
  const { office, day, correlation } = cause.metadata;
  return {
    commandId: derivedId(cause.id, reaction, target),
    actor: `system:${reaction}`,
    duty: 'system',
    office,
    day: day as Day,
    causation: cause.id,
    correlation: correlation ?? cause.metadata.commandId,
  };
}

export function metadataText(context: Context, bodyHash: string): string {
  return metadataOf(context.commandId, metadataBehindId(bodyHash, sharedMetadata(context)));
}

/** A hash holds nothing that JSON would escape, but a caller's own id may. */
export function metadataOf(commandId: string, behindId: string): string {
  return `{"commandId":${JSON.stringify(commandId)},${behindId}`;
}

/** What follows a command's id, where many share it. */
export function metadataBehindId(bodyHash: string, shared: string): string {
  return `"bodyHash":"${bodyHash}",${shared}`;
}

/** What commands of one work share, to be printed once: it follows the id and the hash. */
export function sharedMetadata(context: Omit<Context, 'commandId'>): string {
  const { actor, duty, office, day, month, causation, correlation, policyVersion } = context;
  // A field that is undefined is left out of the text.
  const shared: { [Name in keyof Metadata]?: Metadata[Name] | undefined } = {
    actor,
    duty,
    office,
    day,
    month,
    causation,
    correlation,
    policyVersion,
  };
  return JSON.stringify(shared).slice(1);
}
