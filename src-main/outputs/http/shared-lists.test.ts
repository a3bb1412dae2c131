import { afterEach, expect, test } from 'vitest'
import type { ListenerReport } from '../listener/protocol'
import { openTestStation, type TestStation } from '../testing/station'

const token = 'a'.repeat(32)
const list = {
  title: '<script>alert(1)</script> & $& Gold',
  description: 'Line one\nLine two',
  trackCount: 12_000,
  durationSeconds: 3723,
  updatedAt: 1,
  tracks: [{ artist: 'A "B"', title: "<img src=x onerror='x'>", durationSeconds: 61.4 }],
}

let station: TestStation | null = null
afterEach(() => station?.close())

/** A station whose main thread knows one list. */
async function open(answer: (asked: string) => string | null | undefined): Promise<TestStation> {
  const onReport = (report: ListenerReport) => {
    if (report.type !== 'sharedList') return
    void station?.plane.command({ type: 'sharedList', id: report.id, document: answer(report.token) })
  }
  station = await openTestStation({}, { onAir: false, onReport })
  return station
}

test('a shared list is a page that names everything and runs nothing of what people wrote', async () => {
  const { url } = await open((asked) => (asked === token ? JSON.stringify(list) : null))
  const answer = await fetch(`${url}/list/${token}`, { headers: { 'accept-language': 'de-DE,de' } })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(answer.headers.get('x-robots-tag')).toBe('noindex')
  const page = await answer.text()
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; $&amp; Gold')
  expect(page).toContain('&lt;img src=x')
  expect(page).not.toMatch(/<script>|<img/)
  expect(page).toContain('12.000 Titel · 1:02:03')
  expect(page).toContain('und 11.999 weitere')
  expect(page).toContain('<td>1:01</td>')
})

test('a shared list is JSON for programs, from any origin', async () => {
  const { url } = await open((asked) => (asked === token ? JSON.stringify(list) : null))
  const answer = await fetch(`${url}/list/${token}.json`)
  expect(answer.headers.get('access-control-allow-origin')).toBe('*')
  expect(await answer.json()).toEqual({ station: 'Test Radio', ...list })
  expect((await fetch(`${url}/list/${token}`, { method: 'HEAD' })).status).toBe(200)
})

test('a link that is wrong or ended is a page that says so, and nobody is asked about what is no link', async () => {
  const asked: string[] = []
  const { url } = await open((one) => {
    asked.push(one)
    return null
  })
  const answer = await fetch(`${url}/list/${token}`)
  expect(answer.status).toBe(404)
  expect(await answer.text()).toContain('This list is not shared')
  expect((await fetch(`${url}/list/${token}.json`)).status).toBe(404)
  for (const path of ['', 'short', '../../etc/passwd', '%2e%2e%2fx', 'x'.repeat(100), `${token}/more`]) {
    expect((await fetch(`${url}/list/${path}`)).status).toBe(404)
  }
  expect(asked).toEqual([token, token])
})

test('many who ask for the same list at once are one question, and one that cannot be answered is told so', async () => {
  let questions = 0
  const { url } = await open(() => {
    questions += 1
    return undefined
  })
  const answers = await Promise.all(Array.from({ length: 5 }, () => fetch(`${url}/list/${token}.json`)))
  expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(503))
  expect(questions).toBeLessThanOrEqual(5)
})
