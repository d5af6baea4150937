import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Public, Says } from '../access.js';
import { serverDeps, type ServerDeps } from '../deps.js';

/** For whoever watches the process; nothing here tells of a person or a case. */
@Controller()
export class HealthController {
  constructor(@Inject(serverDeps) private readonly deps: ServerDeps) {}

  @Get('health')
  @Public()
  @Says('进程是否存活', 'Whether the process is alive')
  health(): object {
    return { status: 'alive', version: this.deps.version };
  }

  @Get('ready')
  @Public()
  @Says('能否办理业务', 'Whether commands can be taken')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const stopped = await this.stoppedFollowers();
    if (stopped !== undefined && stopped.length === 0) return { status: 'ready', stopped };
    void reply.status(503);
    return { status: stopped === undefined ? 'database unreachable' : 'stopped', stopped };
  }

  @Get('metrics')
  @Public()
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @Says('Prometheus 指标', 'Metrics for Prometheus')
  async metrics(): Promise<string> {
    const { head, followers, running } = await this.deps.work.status();
    const lag = followers.map(({ name, position }) => ({
      labels: { follower: name },
      value: head - position,
    }));
    const stopped = followers.map(({ name, error }) => ({
      labels: { follower: name },
      value: error === null ? 0 : 1,
    }));
    return this.deps.metrics.text([
      { name: 'yuejie_head_position', help: 'Last event.', values: [{ labels: {}, value: head }] },
      { name: 'yuejie_follower_lag_events', help: 'Events not followed yet.', values: lag },
      { name: 'yuejie_follower_stopped', help: 'One when stopped.', values: stopped },
      {
        name: 'yuejie_running_work',
        help: 'Long work under way.',
        values: [{ labels: {}, value: running.length }],
      },
    ]);
  }

  private async stoppedFollowers(): Promise<readonly string[] | undefined> {
    try {
      const { followers } = await this.deps.work.status();
      return followers.filter(({ error }) => error !== null).map(({ name }) => name);
    } catch {
      return undefined;
    }
  }
}
