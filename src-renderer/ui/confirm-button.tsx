// A button for what cannot be taken back: it asks, in a popover right where the pointer is.
import { Button, type ButtonProps, Popover } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'

export interface ConfirmButtonProps extends ButtonProps {
  /** What will happen, a whole sentence. */
  question: string
  /** The word on the button that does it. */
  confirm: string
  onConfirm(): void
  children: ReactNode
  /** Opened from outside too, for a key. */
  opened?: boolean
  onOpenedChange?(opened: boolean): void
  'aria-label'?: string
}

export function ConfirmButton(props: ConfirmButtonProps) {
  const { question, confirm, onConfirm, children, opened, onOpenedChange, ...button } = props
  const { t } = useTranslation('common')
  const [own, setOwn] = useState(false)
  const open = opened ?? own
  const change = (next: boolean) => {
    setOwn(next)
    onOpenedChange?.(next)
  }
  return (
    <Popover opened={open} onChange={change} trapFocus returnFocus width={280} position="top" withArrow>
      <Popover.Target>
        <Button {...button} aria-expanded={open} onClick={() => change(!open)}>
          {children}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={question}>
        <p style={{ margin: '0 0 12px' }}>{question}</p>
        <div style={{ display: 'flex', gap: 8, justifyContent: 'flex-end' }}>
          <Button size="xs" data-autofocus onClick={() => change(false)}>
            {t('action.cancel')}
          </Button>
          <Button
            size="xs"
            variant="danger"
            // Space is hit by accident; only a click or Enter does it.
            onKeyDown={(event) => event.key === ' ' && event.preventDefault()}
            onKeyUp={(event) => event.key === ' ' && event.preventDefault()}
            onClick={() => {
              change(false)
              onConfirm()
            }}
          >
            {confirm}
          </Button>
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}
