// A real browser: Debian's Chromium, or the one named by CHROMIUM.
import { type Browser, chromium, type Page } from 'playwright-core'

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--autoplay-policy=no-user-gesture-required',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  })

/** Gathers what a page complains about: scripts that throw, and anything the content policy refused. */
export function watchForErrors(page: Page): string[] {
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    const text = message.text()
    if (message.type() === 'error' && !/status of (401|404|503)/.test(text)) errors.push(text)
  })
  return errors
}

/** Root mean square of what a page's audio element plays, over some seconds. */
export const heardLevel = (page: Page, seconds: number): Promise<number> =>
  page.evaluate(async (length) => {
    const audio = document.querySelector('audio')
    if (!audio) return 0
    const context = new AudioContext()
    const analyser = context.createAnalyser()
    const stream = (audio as HTMLAudioElement & { captureStream(): MediaStream }).captureStream()
    context.createMediaStreamSource(stream).connect(analyser)
    const samples = new Float32Array(analyser.fftSize)
    let sum = 0
    let count = 0
    const end = performance.now() + length * 1000
    while (performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      analyser.getFloatTimeDomainData(samples)
      for (const sample of samples) sum += sample * sample
      count += samples.length
    }
    await context.close()
    return Math.sqrt(sum / count)
  }, seconds)
