import { describe, expect, it } from 'vitest'
import { fold } from '../../library/catalogue/fold'
import { albumKey, artistKey, artistNames, genreNames, type IsGroup, knownGroups, titleKey } from './names'

const groups = new Set(knownGroups.map(fold))
const known: IsGroup = (name) => groups.has(fold(name))
const names = (text: string) => artistNames(text, known)

describe('names of artists', () => {
  it('are taken apart at guests and joint names', () => {
    const pairs: [string, string[]][] = [
      ['A feat. B', ['A', 'B']],
      ['A (feat. B)', ['A', 'B']],
      ['A [ft. B & C]', ['A', 'B', 'C']],
      ['A Featuring B', ['A', 'B']],
      ['Ann ft Bob', ['Ann', 'Bob']],
      ['Ann feat.Bob', ['Ann', 'Bob']],
      ['Queen & David Bowie', ['Queen', 'David Bowie']],
      ['Ann, Bob; Carl / Dora', ['Ann', 'Bob', 'Carl', 'Dora']],
      ['Ann/Bob', ['Ann', 'Bob']],
      ['Ann x Bob', ['Ann', 'Bob']],
      ['Ann × Bob', ['Ann', 'Bob']],
      ['Ann vs. Bob', ['Ann', 'Bob']],
      ['Ann VS Bob', ['Ann', 'Bob']],
      ['Ann with Bob', ['Ann', 'Bob']],
      ['Queen', ['Queen']],
      ['Ann feat. Ann', ['Ann']],
    ]
    for (const [text, wanted] of pairs) expect(names(text), text).toEqual(wanted)
  })

  it('stay whole where a group has that name, alone and among guests', () => {
    expect(names('Simon & Garfunkel')).toEqual(['Simon & Garfunkel'])
    expect(names('Earth, Wind & Fire feat. The Emotions')).toEqual(['Earth, Wind & Fire', 'The Emotions'])
    expect(names('AC/DC')).toEqual(['AC/DC'])
    expect(names('Ann, Simon & Garfunkel & Bob')).toEqual(['Ann', 'Simon & Garfunkel', 'Bob'])
    expect(names('Crosby, Stills, Nash & Young')).toEqual(['Crosby, Stills, Nash & Young'])
  })

  it('are no separators within a word', () => {
    expect(names('Swift')).toEqual(['Swift'])
    expect(names('Max Richter')).toEqual(['Max Richter'])
    expect(names('Withered Hand')).toEqual(['Withered Hand'])
    expect(names('Featherstone')).toEqual(['Featherstone'])
    expect(names('R&B Kings')).toEqual(['R&B Kings'])
    expect(names('Kaas (Paris)')).toEqual(['Kaas (Paris)'])
  })

  it('share a key without case, accents and article, and nobody has none', () => {
    expect(artistKey('The Beatles')).toBe(artistKey('BEATLES'))
    expect(artistKey('Beyoncé')).toBe('beyonce')
    expect(artistKey('The The')).toBe('the')
    for (const text of ['', 'Various Artists', 'Unknown artist', ' ']) expect(names(text)).toEqual([])
  })

  it('do not run away with odd text', () => {
    expect(names(`${'a & '.repeat(5000)}b`).length).toBeLessThan(5001)
    expect(names('feat. ')).toEqual([])
    expect(names('&')).toEqual([])
  })
})

describe('titles', () => {
  it('are the same in all versions of a song', () => {
    const same = [
      'Heroes',
      'HEROES',
      'Heroes (Remastered 2011)',
      'Heroes - 2017 Remaster',
      'Heroes [Live]',
      'Heroes - Live at Wembley',
      'Heroes (Single Version) [Mono]',
      'Heroes (feat. Somebody)',
      'Heroes feat. Somebody',
      'Heroes - Radio Edit - Remastered',
    ]
    expect(new Set(same.map(titleKey))).toEqual(new Set(['heroes']))
  })

  it('keep what belongs to the name', () => {
    expect(titleKey('(I Can’t Get No) Satisfaction')).toBe('i cant get no satisfaction')
    expect(titleKey('Live and Let Die')).toBe('live and let die')
    expect(titleKey('Live')).toBe('live')
    expect(titleKey('Alive (Oliver)')).toBe('alive oliver')
    expect(titleKey('Song 2')).not.toBe(titleKey('Song 3'))
    expect(titleKey('(Live)')).toBe('live')
    expect(titleKey('')).toBe('')
  })
})

it('albums of a common name are told apart by their artist', () => {
  expect(albumKey('Greatest Hits', 'Queen')).not.toBe(albumKey('Greatest Hits', 'Abba'))
  expect(albumKey('Bravo Hits 12', 'Queen')).toBe(albumKey('bravo hits 12', 'Abba'))
  expect(albumKey('', 'Queen')).toBe('')
})

it('several genres in one tag are several genres', () => {
  expect(genreNames('Pop; Rock/Indie')).toEqual(['Pop', 'Rock', 'Indie'])
})
