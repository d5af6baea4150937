/** Counts of requests by route pattern, never by address: an address may name a case. */
export class Metrics {
  private readonly requests = new Map<string, { count: number; seconds: number }>();

  observe(request: Readonly<{ method: string; route: string; status: number; ms: number }>): void {
    const { method, route, status, ms } = request;
    const key = `method="${method}",route="${route}",status="${status}"`;
    const held = this.requests.get(key) ?? { count: 0, seconds: 0 };
    held.count += 1;
    held.seconds += ms / 1_000;
    this.requests.set(key, held);
  }

  /** The text format of Prometheus. */
  text(gauges: readonly Gauge[]): string {
    const lines: string[] = [];
    for (const { name, help, values } of gauges) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} gauge`);
      for (const { labels, value } of values) lines.push(`${name}${labelText(labels)} ${value}`);
    }
    const requests = [...this.requests];
    lines.push('# HELP yuejie_requests_total Requests answered.');
    lines.push('# TYPE yuejie_requests_total counter');
    for (const [key, { count }] of requests) lines.push(`yuejie_requests_total{${key}} ${count}`);
    lines.push('# HELP yuejie_request_seconds_total Time spent answering.');
    lines.push('# TYPE yuejie_request_seconds_total counter');
    for (const [key, { seconds }] of requests)
      lines.push(`yuejie_request_seconds_total{${key}} ${seconds.toFixed(6)}`);
    return `${lines.join('\n')}\n`;
  }
}

export type Gauge = Readonly<{
  name: string;
  help: string;
  values: readonly Readonly<{
    labels: Readonly<Record<string, string>>;
    value: bigint | number;
  }>[];
}>;

function labelText(labels: Readonly<Record<string, string>>): string {
  const named = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return named.length === 0 ? '' : `{${named.join(',')}}`;
}
