// The public page of a playlist as HTML, written here so that it needs no program in the browser.

/** What the main thread tells of a list: nothing that is not for everyone. */
export interface SharedList {
  title: string
  description: string
  trackCount: number
  durationSeconds: number
  tracks: { artist: string; title: string; durationSeconds: number }[]
}

const texts = {
  en: {
    one: '1 track',
    many: (count: string) => `${count} tracks`,
    number: 'No.',
    title: 'Title',
    artist: 'Artist',
    length: 'Length',
    more: (count: string) => `and ${count} more`,
    empty: 'There is nothing in this list yet.',
    listen: 'Listen to the station',
    missing: 'This list is not shared',
    missingText: 'The link is wrong, or the list is not shared any more.',
  },
  de: {
    one: '1 Titel',
    many: (count: string) => `${count} Titel`,
    number: 'Nr.',
    title: 'Titel',
    artist: 'Interpret',
    length: 'Länge',
    more: (count: string) => `und ${count} weitere`,
    empty: 'In dieser Liste ist noch nichts.',
    listen: 'Den Sender hören',
    missing: 'Diese Liste ist nicht geteilt',
    missingText: 'Der Link stimmt nicht, oder die Liste wird nicht mehr geteilt.',
  },
}
export type PageLanguage = keyof typeof texts

const plainTemplate =
  '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Playlist</title></head><body><!--list--></body></html>\n'

const signs: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text: string) => text.toWellFormed().replaceAll(/[&<>"']/g, (sign) => signs[sign] as string)

function clock(seconds: number): string {
  const whole = Math.round(seconds)
  const [hours, minutes, rest] = [
    Math.floor(whole / 3600),
    Math.floor(whole / 60) % 60,
    String(whole % 60).padStart(2, '0'),
  ]
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`
}

function fill(template: string | null, language: PageLanguage, title: string, body: string): string {
  // Functions: what people wrote must not be taken for a pattern of the replacement.
  return (template ?? plainTemplate)
    .replace(/<html lang="[a-z]*"/, () => `<html lang="${language}"`)
    .replace(/<title>[^<]*<\/title>/, () => `<title>${escaped(title)}</title>`)
    .replace('<!--list-->', () => body)
}

const header = (station: string, language: PageLanguage) =>
  `<header class="station"><p>${escaped(station)}</p><a href="/">${texts[language].listen}</a></header>`

export function listPage(template: string | null, station: string, list: SharedList, language: PageLanguage): string {
  const text = texts[language]
  const number = new Intl.NumberFormat(language)
  const { description, durationSeconds, title, trackCount, tracks } = list
  const count = trackCount === 1 ? text.one : text.many(number.format(trackCount))
  const rows = tracks.map(
    (track, index) =>
      `<tr><td>${number.format(index + 1)}</td><td>${escaped(track.title)}</td><td>${escaped(track.artist)}</td><td>${clock(track.durationSeconds)}</td></tr>`,
  )
  const head = `<thead><tr><th scope="col">${text.number}</th><th scope="col">${text.title}</th><th scope="col">${text.artist}</th><th scope="col">${text.length}</th></tr></thead>`
  const body = [
    `<div class="page">${header(station, language)}<main>`,
    `<h1>${escaped(title)}</h1>`,
    description === '' ? '' : `<p class="description">${escaped(description)}</p>`,
    `<p class="total">${count} · ${clock(durationSeconds)}</p>`,
    rows.length === 0 ? `<p class="empty">${text.empty}</p>` : `<table>${head}<tbody>${rows.join('')}</tbody></table>`,
    trackCount > tracks.length ? `<p class="total">${text.more(number.format(trackCount - tracks.length))}</p>` : '',
    '</main></div>',
  ]
  return fill(template, language, `${title} · ${station}`, body.join('\n'))
}

export function missingPage(template: string | null, station: string, language: PageLanguage): string {
  const text = texts[language]
  const body = `<div class="page">${header(station, language)}<main><h1>${text.missing}</h1><p class="description">${text.missingText}</p></main></div>`
  return fill(template, language, text.missing, body)
}
