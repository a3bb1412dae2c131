// Why this one: how a draw went, as it is kept with the item, and in whole sentences. Used by this room alone.
import { type Break, separationRules, type Trace } from '@contract/rotation'
import type { Choice, Found } from './draw'
import { breakOf, type Rules } from './separation'
import type { Turn } from './turns'

const mostExamples = 5

export interface Decision {
  drawnAt: number
  context: { at: number; rules: Rules }
  turns: readonly Turn[]
  turn: Turn
  choice: Choice
  searched: ReadonlyMap<number, Found>
}

export function traceOf({ drawnAt, context, turns, turn, choice, searched }: Decision): Trace {
  const found = [...searched.values()]
  return {
    drawnAt: Math.round(drawnAt),
    at: Math.round(context.at),
    lists: turns.map(({ list, state, text }) => ({
      ...{ playlistId: list.id, name: list.name, rule: list.rule, state, text, weight: list.weight },
      credit: list.rule === 'standard' ? list.credit : 0,
    })),
    chosen: {
      ...{ playlistId: turn.list.id, list: turn.list.name, rule: turn.list.rule },
      ...{ round: choice.round, place: choice.place, again: choice.again },
    },
    candidates: found.reduce((sum, { looked }) => sum + looked, 0),
    rules: separationRules.flatMap((rule) => {
      const wanted = context.rules.wanted.find((one) => one.rule === rule)
      if (!wanted) return []
      const fallen = found.flatMap(({ fellOut }) => fellOut.get(rule) ?? [])
      return {
        rule,
        wantedMinutes: wanted.minutes,
        fellOut: fallen.reduce((sum, { count }) => sum + count, 0),
        examples: fallen
          .flatMap(({ examples }) => examples)
          .slice(0, mostExamples)
          .map(({ keys, broken }) => ({
            ...{ trackId: keys.trackId as number, title: keys.title, artist: keys.artist },
            ...breakOf(broken),
          })),
      }
    }),
    relaxed: choice.broken.map(breakOf),
  }
}

const states: Record<Trace['lists'][number]['state'], string> = {
  chosen: 'had its turn',
  waiting: 'waits for its turn',
  notDue: 'is not due',
  outsideDaypart: 'is left out',
  empty: 'has nothing to play',
  nothingAllowed: 'was due, but the separation left none of its tracks',
}

/** @returns the decision in words, the most telling first */
export function sentencesOf(trace: Trace): string[] {
  const { again, list, place, round, rule } = trace.chosen
  const sentences = [
    rule === 'standard'
      ? `The list “${list}” had its turn by weight.`
      : `The list “${list}” was due: ${trace.lists.find(({ state }) => state === 'chosen')?.text ?? ''}.`,
    again
      ? `Place ${place} of those that had played in round ${round} already: nothing else was allowed.`
      : `Place ${place} in the lot of round ${round}; ${counted(trace.candidates, 'candidate')} looked at.`,
  ]
  for (const { examples, fellOut, rule: name, wantedMinutes } of trace.rules) {
    if (fellOut === 0) sentences.push(`Nothing fell out for the ${name} (${wantedMinutes} min).`)
    else {
      const some = examples.map((one) => `“${one.title}”: ${one.text}`).join('; ')
      sentences.push(`${counted(fellOut, 'track')} fell out for the ${name} (${wantedMinutes} min): ${some}.`)
    }
  }
  if (trace.relaxed.length > 0) {
    sentences.push(`The rules left nothing, so this one breaks the least: ${textsOf(trace.relaxed)}.`)
  }
  for (const { name, state, text } of trace.lists) {
    if (state !== 'chosen') sentences.push(`“${name}” ${states[state]}: ${text}.`)
  }
  return sentences
}

const textsOf = (breaks: readonly Break[]): string => breaks.map(({ text }) => text).join('; ')
const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`
