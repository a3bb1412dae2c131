import { describe, expect, it, vi } from 'vitest'
import { createFileCheck } from './file-check'

describe('looking for a file', () => {
  it('says what is wrong with it', async () => {
    const check = createFileCheck()
    expect(await check(import.meta.filename)).toBeNull()
    expect(await check('/nowhere/at/all.mp3')).toBe('The file is gone.')
    expect(await check(`${import.meta.filename}/inside`)).toBe('The file cannot be read.')
  })

  it('does not wait for a folder that hangs, nor hold up the files of another', async () => {
    vi.useFakeTimers()
    const answers = new Map<string, () => void>()
    const looked: string[] = []
    const check = createFileCheck((path) => {
      looked.push(path)
      if (path.startsWith('/fine')) return Promise.resolve()
      return new Promise((resolve) => answers.set(path, resolve))
    })
    const first = check('/share/a.mp3')
    await vi.advanceTimersByTimeAsync(1500)
    expect(await first).toBe('The folder does not answer.')
    expect(await check('/share/b.mp3')).toBe('The folder does not answer.')
    expect(await check('/fine/c.mp3')).toBeNull()
    expect(looked).toEqual(['/share/a.mp3', '/fine/c.mp3'])
    answers.get('/share/a.mp3')?.()
    await vi.advanceTimersByTimeAsync(0)
    void check('/share/b.mp3')
    expect(looked).toHaveLength(3)
    vi.useRealTimers()
  })
})
