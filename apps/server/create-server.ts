import 'reflect-metadata';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { StandardSchemaValidationPipe } from '@nestjs/common';
import { NestFactory, Reflector } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { applicationToken, staffToken } from '#application/commands.js';
import { Refusal } from '#domain/refusal.js';
import { answerText } from './answer.js';
import { CommandInterceptor } from './commands.js';
import { controllers } from './controllers.js';
import { serverDeps, type ServerDeps } from './deps.js';
import { Documentation } from './documentation.js';
import { AccessGuard } from './guard.js';
import { handlers } from './handlers.js';
import { NestLog } from './log.js';
import { ProblemFilter } from './problem.js';
import { statedRoutes } from './ratchet.js';
import { fieldsOf } from './wrong-fields.js';

@Module({})
class ServerModule {}

/** A route as the router holds it. */
export type Route = Readonly<{ method: string; path: string }>;

const routesByApp = new WeakMap<NestFastifyApplication, readonly Route[]>();

/** What the router answers, for comparing it with what is documented. */
export function routesOf(app: NestFastifyApplication): readonly Route[] {
  return routesByApp.get(app) ?? [];
}

const mebibyte = 1_048_576;
const largestJson = mebibyte;
const largestFile = 256 * mebibyte;

/**
 * The HTTP server, ready to listen.
 *
 * @throws Error when a route does not say who may use it
 */
export async function createServer(
  deps: ServerDeps,
  served: readonly Type[] = controllers,
): Promise<NestFastifyApplication> {
  statedRoutes(served);
  const adapter = new FastifyAdapter({ bodyLimit: largestJson, trustProxy: false });
  const app = await NestFactory.create<NestFastifyApplication>(moduleOf(deps, served), adapter, {
    logger: new NestLog(deps.log),
    abortOnError: false,
  });
  const routes = await prepareFastify(app, deps);
  app.useGlobalGuards(new AccessGuard(new Reflector(), deps));
  app.useGlobalInterceptors(new CommandInterceptor(new Reflector(), deps));
  app.useGlobalPipes(new StandardSchemaValidationPipe({ exceptionFactory: refusalOf }));
  app.useGlobalFilters(new ProblemFilter(deps.log));
  app.get(Documentation).build(app, deps.version);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  routesByApp.set(app, routes);
  return app;
}

function moduleOf(deps: ServerDeps, served: readonly Type[]): DynamicModule {
  return {
    module: ServerModule,
    imports: [CqrsModule.forRoot()],
    controllers: [...served],
    providers: [
      Documentation,
      { provide: serverDeps, useValue: deps },
      { provide: applicationToken, useValue: deps.app },
      { provide: staffToken, useValue: deps.staff },
      ...handlers,
    ],
  };
}

function refusalOf(issues: Parameters<typeof fieldsOf>[0]): Refusal {
  return new Refusal('BODY_INVALID', fieldsOf(issues));
}

async function prepareFastify(app: NestFastifyApplication, deps: ServerDeps): Promise<Route[]> {
  const fastify = app.getHttpAdapter().getInstance();
  const routes: Route[] = [];
  fastify.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) routes.push({ method: one, path: url });
  });
  await app.register(cookie);
  await app.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        frameAncestors: ["'none'"],
        upgradeInsecureRequests: null,
      },
    },
    strictTransportSecurity: deps.secureCookie,
  });
  fastify.addContentTypeParser(
    'application/octet-stream',
    { parseAs: 'buffer', bodyLimit: largestFile },
    (_request, body, done) => done(null, body),
  );
  fastify.setReplySerializer((payload) => answerText(payload));
  fastify.addHook('onSend', async (request, reply) => {
    if (request.url.startsWith('/api/')) void reply.header('cache-control', 'no-store');
  });
  fastify.addHook('onResponse', async (request, reply) => {
    const { method } = request;
    const route = request.routeOptions.url ?? 'unknown';
    const { statusCode: status, elapsedTime: ms } = reply;
    deps.metrics.observe({ method, route, status, ms });
    deps.log.debug({ method, route, status, ms: Math.round(ms) }, 'request');
  });
  return routes;
}
