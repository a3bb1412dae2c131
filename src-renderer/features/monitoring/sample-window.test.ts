import { expect, test } from 'vitest'
import { SampleWindow } from './sample-window'

test('a chart of the last ten minutes holds no older sample', () => {
  const samples = new SampleWindow(['cpu', 'memory'], 600)
  for (let minute = 0; minute <= 30; minute++) samples.add(minute * 60_000, { cpu: minute, memory: 100 })
  const [times, cpu, memory] = samples.columns('cpu', 'memory')
  expect(times).toHaveLength(11)
  expect(cpu).toEqual([20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30])
  expect(memory).toHaveLength(11)
  expect(samples.last('cpu')).toBe(30)
})

test('a reading that came late or twice does not bend the chart back', () => {
  const samples = new SampleWindow(['cpu'], 600)
  samples.add(2_000, { cpu: 1 })
  samples.add(2_000, { cpu: 9 })
  samples.add(1_000, { cpu: 9 })
  expect(samples.columns('cpu')).toEqual([[2], [1]])
})
