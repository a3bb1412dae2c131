// Every key of the studio, made from the commands themselves.
import { useTranslation } from 'react-i18next'
import { commands } from './commands'
import classes from './key-table.module.css'
import { screens } from './screens'

export function KeyTable() {
  const { t } = useTranslation('app')
  const rows = [
    { id: 'palette', keys: ['Ctrl K', '⌘ K'], name: t('palette.open') },
    ...commands.filter((command) => command.keys.length > 0).map(({ id, keys, name }) => ({ id, keys, name: t(name) })),
    ...screens.map(({ path, name }, index) => ({ id: path, keys: [`Alt ${index + 1}`], name: t(name) })),
  ]
  return (
    <dl className={classes.keys}>
      {rows.map((row) => (
        <div key={row.id}>
          <dt>{row.name}</dt>
          <dd>
            {row.keys.map((key) => (
              <kbd key={key}>{key}</kbd>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  )
}
