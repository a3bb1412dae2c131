// The station's numbers in one prom-client registry. prom-client is loaded with the first number, not at the start.
import type { Histogram, Registry } from 'prom-client'

/** A number that is read when somebody asks: one, or one for each value of a label. */
export interface GaugeDefinition {
  /** `wavedesk_…`, with its unit. */
  name: string
  help: string
  label?: string
  read: () => number | Record<string, number>
}

export interface Metrics {
  /** Adds a number of a room; before the first scrape or later. */
  addGauge(gauge: GaugeDefinition): void
  /** Counts a response and its time. */
  observeRequest(method: string, status: number, milliseconds: number): void
  /** @returns the text that Prometheus reads */
  prometheus(): Promise<{ contentType: string; text: string }>
  /** @returns every number by its name, labels in brackets as Prometheus writes them */
  numbers(): Promise<Record<string, number>>
}

interface Loaded {
  registry: Registry
  requests: Histogram<'method' | 'status'>
  add(gauge: GaugeDefinition): void
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
const secondsBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

export function createMetrics(gauges: readonly GaugeDefinition[] = []): Metrics {
  const waiting = [...gauges]
  let loaded: Loaded | null = null
  let loading: Promise<Loaded> | null = null
  const load = (): Promise<Loaded> => {
    loading ??= openRegistry().then((opened) => {
      loaded = opened
      for (const gauge of waiting.splice(0)) opened.add(gauge)
      return opened
    })
    return loading
  }
  const observe = (into: Loaded, method: string, status: number, milliseconds: number): void => {
    const labels = { method: methods.has(method) ? method : 'other', status: `${Math.floor(status / 100)}xx` }
    into.requests.observe(labels, milliseconds / 1000)
  }
  return {
    addGauge(gauge) {
      if (loaded) loaded.add(gauge)
      else waiting.push(gauge)
    },
    observeRequest(method, status, milliseconds) {
      if (loaded) observe(loaded, method, status, milliseconds)
      else void load().then((into) => observe(into, method, status, milliseconds))
    },
    async prometheus() {
      const { registry } = await load()
      return { contentType: registry.contentType, text: await registry.metrics() }
    },
    async numbers() {
      const { registry } = await load()
      const numbers: Record<string, number> = {}
      for (const metric of await registry.getMetricsAsJSON()) {
        for (const { value, labels, metricName } of metric.values as MetricValue[]) {
          numbers[`${metricName ?? metric.name}${inBrackets(labels)}`] = value
        }
      }
      return numbers
    },
  }
}

interface MetricValue {
  value: number
  labels: Record<string, string | number>
  metricName?: string
}

async function openRegistry(): Promise<Loaded> {
  const { Gauge, Histogram, Registry } = await import('prom-client')
  const registry = new Registry()
  const requests = new Histogram({
    name: 'wavedesk_http_request_duration_seconds',
    help: 'Time to answer requests of the control plane.',
    labelNames: ['method', 'status'] as const,
    buckets: secondsBuckets,
    registers: [registry],
  })
  const add = ({ name, help, label, read }: GaugeDefinition): void => {
    new Gauge({
      name,
      help,
      labelNames: label === undefined ? [] : [label],
      registers: [registry],
      collect() {
        this.reset()
        const value = read()
        if (typeof value === 'number') this.set(value)
        else for (const [of, one] of Object.entries(value)) this.set({ [label ?? 'of']: of }, one)
      },
    })
  }
  return { registry, requests, add }
}

function inBrackets(labels: Record<string, string | number>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`)
  return pairs.length > 0 ? `{${pairs.join(',')}}` : ''
}
