import { describe, expect, test } from 'vitest'
import { helpText, parseLaunchOptions } from './launch-options'

describe('the command line', () => {
  test('flags of settings are read with their kind', () => {
    const options = parseLaunchOptions(
      ['--port', '0', '--on-air', '--listen-host', '0.0.0.0', '--data-dir', '/srv/radio'],
      {},
    )
    expect(options).toMatchObject({
      dataDir: '/srv/radio',
      flags: { port: 0, 'on-air': true, 'listen-host': '0.0.0.0' },
    })
  })

  test('several music folders may be given', () => {
    expect(parseLaunchOptions(['--music', '/a', '--music', '/b'], {}).music).toEqual(['/a', '/b'])
  })

  test('a flag beats the environment for the data folder', () => {
    expect(parseLaunchOptions(['--data-dir', '/a'], { DATA_DIR: '/b' }).dataDir).toBe('/a')
    expect(parseLaunchOptions([], { DATA_DIR: '/b' }).dataDir).toBe('/b')
  })

  test('an unknown flag and a word where a number belongs are refused in one sentence', () => {
    expect(() => parseLaunchOptions(['--prot', '1'], {})).toThrow(/--prot/)
    expect(() => parseLaunchOptions(['--port', 'high'], {})).toThrow('--port takes a number, not "high".')
  })

  test('help names every flag', () => {
    for (const flag of [
      '--data-dir',
      '--host',
      '--port',
      '--listen-host',
      '--listen-port',
      '--rtmp-port',
      '--music',
      '--demo',
      '--on-air',
      '--log-level',
    ]) {
      expect(helpText()).toContain(flag)
    }
  })
})
