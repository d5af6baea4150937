import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { RequestMethod, type Type } from '@nestjs/common';
import { accessKey } from './access.js';

/** A route as its controller declares it. */
export type DeclaredRoute = Readonly<{ method: string; path: string; where: string }>;

/**
 * The routes of the controllers, each of which must say who may use it.
 *
 * @throws Error naming every route that says nothing: such a server does not start
 */
export function statedRoutes(controllers: readonly Type[]): readonly DeclaredRoute[] {
  const silent: string[] = [];
  const routes = controllers.flatMap((controller) => {
    const prototype = controller.prototype as Readonly<Record<string, unknown>>;
    const prefix = Reflect.getMetadata(PATH_METADATA, controller) as string;
    return namesOf(prototype).flatMap((name) => {
      const handler = prototype[name];
      if (typeof handler !== 'function' || name === 'constructor') return [];
      const path = Reflect.getMetadata(PATH_METADATA, handler) as string | undefined;
      if (path === undefined) return [];
      const where = `${controller.name}.${name}`;
      if (!Reflect.hasMetadata(accessKey, handler)) silent.push(where);
      const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod;
      return [{ method: RequestMethod[method], path: joined(prefix, path), where }];
    });
  });
  if (silent.length > 0) throw new Error(`no duty is declared for ${silent.join(', ')}`);
  return routes;
}

/** Those of what the controller extends as well. */
function namesOf(prototype: object): readonly string[] {
  const names = new Set<string>();
  for (let one: unknown = prototype; isBelowObject(one); one = Object.getPrototypeOf(one))
    for (const name of Object.getOwnPropertyNames(one)) names.add(name);
  return [...names];
}

function isBelowObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && value !== Object.prototype;
}

function joined(prefix: string, path: string): string {
  const parts = [prefix, path].flatMap((part) => part.split('/')).filter((part) => part !== '');
  return `/${parts.join('/')}`;
}
