// What may be written in the search besides words.
import { ActionIcon, Popover, Tooltip } from '@mantine/core'
import { IconHelp } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import classes from './library.module.css'

/** An example and the message that says what it finds. */
const examples = [
  ['björk hyper', 'words'],
  ['"love me do"', 'phrase'],
  ['-christmas', 'without'],
  ['artist:"the beatles" title:love', 'text'],
  ['album: genre: tag: comment: label: composer: isrc: language: file: folder:', 'texts'],
  ['bpm:120-128  bpm:>120', 'bpm'],
  ['key:8A  key:Am  key:8A,9A', 'key'],
  ['year:1990-1999  rating:>3  plays:0', 'numbers'],
  ['duration:>3:30  lufs:-20--10', 'measured'],
  ['added:<7d  added:>1y  added:2026-01', 'added'],
  ['played:0  played:>30d', 'played'],
  ['kind:jingle  state:missing', 'choice'],
  ['explicit:no  artwork:no', 'flags'],
  ['genre:""  -tag:gold', 'none'],
  ['custom.mood:calm  mood:calm', 'custom'],
] as const

export function SearchHelp() {
  const { t } = useTranslation('library')
  return (
    <Popover position="bottom-start" width={540} shadow="md" trapFocus returnFocus withRoles={false}>
      <Popover.Target>
        <Tooltip label={t('help.title')}>
          <ActionIcon size="lg" variant="default" aria-label={t('help.title')}>
            <IconHelp size={16} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown
        role="dialog"
        aria-label={t('help.title')}
        tabIndex={0}
        mah="calc(100vh - 180px)"
        style={{ overflow: 'auto' }}
      >
        <table className={classes.help}>
          <caption className="visually-hidden">{t('help.title')}</caption>
          <tbody>
            {examples.map(([example, what]) => (
              <tr key={what}>
                <th scope="row">
                  <code>{example}</code>
                </th>
                <td>{t(`help.${what}`)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Popover.Dropdown>
    </Popover>
  )
}
