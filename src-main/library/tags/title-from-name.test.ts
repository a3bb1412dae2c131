import { expect, it } from 'vitest'
import { partsOfFileName } from './title-from-name'

it.each([
  ['01 - Artist - Title.mp3', 'Artist', 'Title', 1],
  ['Artist - Title.ogg', 'Artist', 'Title', null],
  ['Artist_-_Some_Title.flac', 'Artist', 'Some Title', null],
  ['some_title.mp3', '', 'some title', null],
  ['03. Title.wav', '', 'Title', 3],
  ['07 Title.mp3', '', 'Title', 7],
  ['12-Title.mp3', '', 'Title', 12],
  ['(04) Artist – Title.mp3', 'Artist', 'Title', 4],
  ['Artist - 05 - Title.mp3', 'Artist', 'Title', 5],
  ['Artist - Album - Title.mp3', 'Artist', 'Album - Title', null],
  ['99 Luftballons.mp3', '', '99 Luftballons', null],
  ['1999.mp3', '', '1999', null],
  ['50 Cent - In da Club.mp3', '50 Cent', 'In da Club', null],
  ['7 Seconds.mp3', '', '7 Seconds', null],
  ['Jay-Z - 99 Problems.mp3', 'Jay-Z', '99 Problems', null],
  ['Кино - Группа крови.mp3', 'Кино', 'Группа крови', null],
  ['.mp3', '', '.mp3', null],
  ['---.mp3', '', '---', null],
])('%s is by "%s" and called "%s"', (fileName, artist, title, trackNumber) => {
  expect(partsOfFileName(fileName)).toEqual({ artist, title, trackNumber })
})
