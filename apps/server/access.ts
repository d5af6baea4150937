import { HttpCode, SetMetadata, applyDecorators } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiExtension,
  ApiHeader,
  ApiOperation,
  ApiSecurity,
} from '@nestjs/swagger';
import type { Duty as DutyName } from '#domain/actor/duties.js';

/** Who may use a route. A route without it does not start: what is not allowed is forbidden. */
export type Access =
  | Readonly<{ kind: 'public' }>
  | Readonly<{ kind: 'signed-in'; beforeChange: boolean }>
  | Readonly<{ kind: 'duty'; duties: readonly DutyName[] }>;

export const accessKey = 'yuejie:access';
export const readsKey = 'yuejie:reads';
export const shownOnceKey = 'yuejie:shown-once';

type Decorator = MethodDecorator & ClassDecorator;

/** Anyone, without signing in. Nothing that such a route answers may concern a person. */
export function Public(): Decorator {
  return stated({ kind: 'public' });
}

/**
 * Whoever is signed in, whatever the duties.
 *
 * @param beforeChange also with a one-time password that has not been changed yet
 */
export function SignedIn(beforeChange = false): Decorator {
  return stated({ kind: 'signed-in', beforeChange });
}

/** Whoever holds one of these duties today; the first that is held is the one acted under. */
export function Duty(...duties: readonly [DutyName, ...DutyName[]]): Decorator {
  return stated({ kind: 'duty', duties });
}

/** A question whose words do not belong in a URL: it changes nothing and needs no command id. */
export function Reads(): Decorator {
  return applyDecorators(SetMetadata(readsKey, true), ApiExtension('x-reads', true));
}

/** The answer holds a secret that is shown once: it is not kept for a repeat. */
export const ShownOnce = (): Decorator => SetMetadata(shownOnceKey, true);

/** The body is a file, byte for byte, whose name stands in a header. */
export function TakesFile(): MethodDecorator {
  return applyDecorators(
    ApiConsumes('application/octet-stream'),
    ApiBody({ schema: { type: 'string', format: 'binary' } }),
    ApiHeader({
      name: 'X-File-Name',
      required: true,
      description: 'the name of the file, percent-encoded UTF-8, without a folder',
    }),
  );
}

/** What the route does, in the documentation's two languages. */
export function Says(zh: string, en: string): MethodDecorator {
  return ApiOperation({ summary: en, description: zh });
}

function stated(access: Access): Decorator {
  const duties = access.kind === 'duty' ? access.duties : [access.kind];
  const parts = [SetMetadata(accessKey, access), HttpCode(200), ApiExtension('x-duties', duties)];
  return access.kind === 'public'
    ? applyDecorators(...parts)
    : applyDecorators(...parts, ApiSecurity('session'), ApiSecurity('bearer'));
}
