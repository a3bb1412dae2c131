// Short messages at the edge: done, refused, and "undo" for ten seconds.
import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import { translate } from '../i18n'

const undoMs = 10_000

export function showDone(message: string): void {
  notifications.show({ message, color: 'teal', icon: <IconCheck size={16} />, autoClose: 3000, withBorder: true })
}

export function showError(message: string): void {
  notifications.show({
    message,
    color: 'red',
    icon: <IconAlertTriangle size={16} />,
    autoClose: 8000,
    withBorder: true,
    role: 'alert',
  })
}

/** Says what was done and offers to take it back for ten seconds. */
export function showUndo(message: string, undo: () => void): void {
  const id = crypto.randomUUID()
  const takeBack = () => {
    notifications.hide(id)
    undo()
  }
  notifications.show({
    id,
    autoClose: undoMs,
    withBorder: true,
    color: 'teal',
    message: (
      <span style={{ display: 'flex', alignItems: 'center', justifyContent: 'space-between', gap: 12 }}>
        <span style={{ minWidth: 0, overflowWrap: 'anywhere' }}>{message}</span>
        <Button size="compact-sm" flex="none" onClick={takeBack}>
          {translate('common:action.undo')}
        </Button>
      </span>
    ),
  })
}
