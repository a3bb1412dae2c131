// The station's state as a stream: a snapshot, then the topics that changed, with a sequence number.
// Each subscriber holds a set of changed topics and nothing else, so a slow one never builds up a queue.
import type { StateChange, StationState, Topic } from '@contract/station'

export type TopicSources = { [Name in Topic]: () => StationState[Name] }

export interface StateStream {
  /** Says that a topic changed; changes within `batchMs` leave together. */
  touch(...topics: Topic[]): void
  /** @returns the present value of every topic */
  snapshot(): StationState
  subscribe(signal: AbortSignal): AsyncIteratorObject<StateChange, undefined, void>
  close(): void
}

interface Subscriber {
  changed: Set<Topic>
  wake(): void
}

/**
 * @param sources where each topic's present value comes from; read only when somebody is listening
 * @param batchMs how long changes are gathered, in milliseconds
 */
export function createStateStream(sources: TopicSources, batchMs = 60): StateStream {
  const names = Object.keys(sources) as Topic[]
  const subscribers = new Set<Subscriber>()
  const gathered = new Set<Topic>()
  const closed = new AbortController()
  let seq = 1
  let timer: NodeJS.Timeout | undefined

  const read = (topics: Iterable<Topic>): Partial<StationState> =>
    Object.fromEntries([...topics].map((topic) => [topic, sources[topic]()]))

  const flush = () => {
    timer = undefined
    seq += 1
    for (const subscriber of subscribers) {
      for (const topic of gathered) subscriber.changed.add(topic)
      subscriber.wake()
    }
    gathered.clear()
  }

  async function* follow(signal: AbortSignal): AsyncGenerator<StateChange, undefined, void> {
    let resolve = () => {}
    const subscriber: Subscriber = { changed: new Set(), wake: () => resolve() }
    const ended = AbortSignal.any([signal, closed.signal])
    const end = () => resolve()
    ended.addEventListener('abort', end)
    // Subscribed before the snapshot is read, so that nothing falls between the two.
    subscribers.add(subscriber)
    try {
      yield { seq, state: read(names) }
      while (!ended.aborted) {
        if (subscriber.changed.size === 0) {
          await new Promise<void>((done) => {
            resolve = done
          })
          continue
        }
        const topics = [...subscriber.changed]
        subscriber.changed.clear()
        yield { seq, state: read(topics) }
      }
    } finally {
      ended.removeEventListener('abort', end)
      subscribers.delete(subscriber)
    }
    return undefined
  }

  return {
    touch(...topics) {
      if (subscribers.size === 0 || closed.signal.aborted) return
      for (const topic of topics) gathered.add(topic)
      timer ??= setTimeout(flush, batchMs)
    },
    snapshot: () => read(names) as StationState,
    subscribe: follow,
    close() {
      clearTimeout(timer)
      closed.abort()
    },
  }
}
