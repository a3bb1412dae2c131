// Says in an operator's words what is wrong with a value.
import type * as z from 'zod'

const kinds: Record<string, string> = {
  number: 'a number',
  int: 'a whole number',
  string: 'text',
  boolean: 'yes or no',
}

/** @param unit of the setting, for limits @returns one sentence for each fault */
export function wordsFor(error: z.ZodError, unit = ''): string {
  return [...new Set(error.issues.map((issue) => wordsForIssue(issue, unit)))].join(' ')
}

function wordsForIssue(issue: z.core.$ZodIssue, unit: string): string {
  switch (issue.code) {
    case 'invalid_type':
      return `It must be ${kinds[issue.expected] ?? issue.expected}.`
    case 'too_big':
      return issue.origin === 'string'
        ? `It may have at most ${issue.maximum} characters.`
        : `It must be at most ${amount(issue.maximum, unit)}.`
    case 'too_small':
      return issue.origin === 'string'
        ? issue.minimum === 1
          ? 'It must not be empty.'
          : `It must have at least ${issue.minimum} characters.`
        : `It must be at least ${amount(issue.minimum, unit)}.`
    case 'invalid_value':
      return `It must be one of ${issue.values.join(', ')}.`
    case 'invalid_format':
      return issue.format === 'url' ? 'It must be an address that begins with http:// or https://.' : issue.message
    case 'invalid_union':
      return wordsForUnion(issue, unit)
    default:
      return issue.message.replace(/\.?$/, '.')
  }
}

/** A choice of fixed values is listed; of other choices the one that comes last says the most. */
function wordsForUnion(issue: z.core.$ZodIssueInvalidUnion, unit: string): string {
  const branches = issue.errors.map((branch) => branch[0]).filter((one) => one !== undefined)
  const values = branches.flatMap((one) => (one.code === 'invalid_value' ? one.values : []))
  if (branches.length > 0 && values.length === branches.length) return `It must be one of ${values.join(', ')}.`
  const last = branches.at(-1)
  return last ? wordsForIssue(last, unit) : 'It does not fit.'
}

const amount = (value: number | bigint, unit: string): string => (unit === '' ? String(value) : `${value} ${unit}`)
