// What a batch is called in lists where nobody named it.
import type { BatchChange } from '@contract/metadata'
import { fieldInWords } from './conflict'

const bare = (field: string): string => fieldInWords(field).replace(/^(the|whether it is) /, '')

export function describeChange(change: BatchChange): string {
  const { set = {}, clear = [], clearCustom = [], replace, addTags = [], removeTags = [] } = change
  const { custom = {}, ...fields } = set
  const named = Object.keys(fields).filter((name) => fields[name as keyof typeof fields] !== undefined)
  const parts = [
    ...named.map((name) => `${bare(name)}: ${String(fields[name as keyof typeof fields]).slice(0, 40)}`),
    ...Object.entries(custom).map(([key, value]) => `${key}: ${value.slice(0, 40)}`),
    ...[...clear, ...clearCustom].map((name) => `${bare(name)}: –`),
    ...(replace ? [`“${replace.find.slice(0, 30)}” → “${replace.with.slice(0, 30)}”`] : []),
    ...addTags.map((tag) => `+${tag}`),
    ...removeTags.map((tag) => `−${tag}`),
  ]
  return parts.join(', ').slice(0, 200)
}
