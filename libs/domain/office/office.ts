import { impossible, type Decider } from '../decider.js';
import { refuse } from '../refusal.js';
import type { OfficeEvent, OfficeOpening } from './office.events.js';

export type OfficeCommand = OpenOffice | MergeOffice;

export type OpenOffice = Readonly<{ type: 'OpenOffice' }> & OfficeOpening;

export type MergeOffice = Readonly<{ type: 'MergeOffice'; into: string }>;

export type Office =
  | Readonly<{ status: 'none' }>
  | Readonly<{ status: 'open'; opening: OfficeOpening }>
  | Readonly<{ status: 'merged'; opening: OfficeOpening; into: string }>;

export const officeStream = (code: string): string => `office-${code}`;

export const officeDecider: Decider<Office, OfficeCommand, OfficeEvent> = {
  initial: { status: 'none' },
  decide,
  evolve,
};

/**
 * The code of the division that an office serves: six digits of a county or above (GB/T 2260), nine
 * of a street or township, twelve of a village (统计用区划代码).
 */
export function isOfficeCode(text: string): boolean {
  return /^\d{6}(\d{3}){0,2}$/.test(text);
}

/**
 * Whether an office is `ancestor` or lies below it. `parents` leads from an office to the one
 * above; a circle in it is a fault of the set-up, not an answer.
 */
export function isWithin(
  code: string,
  ancestor: string,
  parents: ReadonlyMap<string, string>,
): boolean {
  const passed = new Set<string>();
  for (let at: string | undefined = code; at !== undefined; at = parents.get(at)) {
    if (at === ancestor) return true;
    if (passed.has(at)) throw new Error(`offices stand in a circle at ${at}`);
    passed.add(at);
  }
  return false;
}

function decide(command: OfficeCommand, office: Office): readonly OfficeEvent[] {
  switch (command.type) {
    case 'OpenOffice':
      return open(command, office);
    case 'MergeOffice':
      return merge(command, office);
  }
}

function open(command: OpenOffice, office: Office): readonly OfficeEvent[] {
  const { code, parent, kind, jurisdiction, names } = command;
  if (office.status === 'none' && !isOfficeCode(code)) refuse('OFFICE_CODE_MALFORMED', { code });
  if (parent === code) refuse('FACT_IMPOSSIBLE', { fact: 'parent', parent });
  const above = parent === undefined ? {} : { parent };
  const opening = { code, ...above, kind, jurisdiction, names: { zh: names.zh, en: names.en } };
  if (office.status !== 'none') {
    if (sameOpening(office.opening, opening)) return [];
    refuse('OFFICE_CODE_TAKEN', { code });
  }
  return [{ type: 'OfficeOpened', data: opening }];
}

function merge({ into }: MergeOffice, office: Office): readonly OfficeEvent[] {
  if (office.status === 'none') refuse('OFFICE_UNKNOWN', {});
  if (office.status === 'merged') {
    if (office.into === into) return [];
    refuse('OFFICE_UNKNOWN', { into: office.into });
  }
  if (into === office.opening.code) refuse('FACT_IMPOSSIBLE', { fact: 'into', into });
  return [{ type: 'OfficeMerged', data: { into } }];
}

function evolve(office: Office, event: OfficeEvent): Office {
  switch (event.type) {
    case 'OfficeOpened':
      if (office.status !== 'none') return impossible(event.type, 'an office opened already');
      return { status: 'open', opening: event.data };
    case 'OfficeMerged':
      if (office.status !== 'open') return impossible(event.type, `an office: ${office.status}`);
      return { ...office, status: 'merged', into: event.data.into };
    default:
      return impossible(event, 'an office');
  }
}

function sameOpening(left: OfficeOpening, right: OfficeOpening): boolean {
  return (
    left.code === right.code &&
    left.parent === right.parent &&
    left.kind === right.kind &&
    left.jurisdiction === right.jurisdiction &&
    left.names.zh === right.names.zh &&
    left.names.en === right.names.en
  );
}
