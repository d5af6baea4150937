export type SetupFault =
  | 'FOLDER_NOT_WRITABLE'
  | 'FOLDER_IN_USE'
  | 'FOLDER_OF_ANOTHER_USER'
  | 'FOLDER_DAMAGED'
  | 'PORT_TAKEN'
  | 'ADDRESS_UNUSABLE'
  | 'SERVER_MISSING'
  | 'SERVER_VERSION'
  | 'SERVER_USER_MISSING'
  | 'SERVER_NOT_STARTED'
  | 'SETTING_UNSAFE'
  | 'DATABASE_UNREACHABLE'
  | 'ROLE_MISSING'
  | 'ROLE_TOO_STRONG'
  | 'MIGRATION_CHANGED'
  | 'KEYS_MISSING'
  | 'DEMO_ON_REAL_DATA';

/** What is wrong with the machine, said to the person who can mend it: what, where, what to do. */
export class SetupError extends Error {
  readonly fault: SetupFault;
  readonly zh: string;
  readonly en: string;

  constructor(fault: SetupFault, text: Readonly<{ zh: string; en: string }>, cause?: unknown) {
    super(`${text.zh}\n${text.en}`, cause === undefined ? undefined : { cause });
    this.name = 'SetupError';
    this.fault = fault;
    this.zh = text.zh;
    this.en = text.en;
  }
}

/** The errno name of a file-system or socket fault, `''` for anything else. */
export function faultCode(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
