// One place of the wall: press to fire, press again to begin anew, the stop mark or Shift to stop.
import type { Cart, CartPlaying } from '@contract/carts'
import { ActionIcon, UnstyledButton } from '@mantine/core'
import {
  IconAlertTriangle,
  IconPencil,
  IconPlayerPlayFilled,
  IconPlayerStopFilled,
  IconPlus,
  IconRepeat,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { stationNow } from '../../client'
import { formatDuration, LiveText } from '../../ui'
import { fireCart, stopCart, useAsked } from './cart-actions'
import { elapsedSeconds, remainingSeconds } from './cart-rules'
import classes from './carts.module.css'

export interface CartButtonProps {
  cart: Cart
  play: CartPlaying | null
  editing: boolean
  /** The viewer may fire carts. */
  firing: boolean
  onEdit(): void
}

export function CartButton({ cart, play, editing, firing, onEdit }: CartButtonProps) {
  const { t } = useTranslation('carts')
  const asked = useAsked(({ ids }) => ids.has(cart.id))
  const name = cart.label || cart.title || t('cart.unknown')
  const values = { name }
  return (
    <div
      className={classes.cell}
      data-colour={cart.colour}
      data-state={play?.state}
      data-asked={asked || undefined}
      data-problem={cart.problem !== null || undefined}
    >
      {play?.state === 'playing' ? <Progress play={play} /> : null}
      <UnstyledButton
        className={classes.press}
        disabled={!editing && !firing}
        title={cart.problem ?? `${name}${cart.artist ? ` — ${cart.artist}` : ''}`}
        onClick={(event) => {
          if (editing) onEdit()
          else if (event.shiftKey) void stopCart(cart.id)
          else void fireCart(cart.id)
        }}
      >
        {/* Named by what is to be seen on it, so that whoever speaks to the computer can say it. */}
        <span className="visually-hidden">{t(`cart.${actionOf(play, editing)}`)}</span>
        <span className={classes.key}>F{cart.slot}</span>
        <span className={`${classes.name} ellipsis`}>{name}</span>
        <span className={classes.foot}>
          <Status cart={cart} play={play} />
          {cart.loop ? <IconRepeat size={12} aria-hidden="true" /> : null}
          {editing ? <IconPencil size={12} aria-hidden="true" /> : null}
        </span>
      </UnstyledButton>
      {locked(play) && !editing && firing ? (
        <ActionIcon
          className={classes.force}
          size={22}
          variant="subtle"
          aria-label={t('cart.force', values)}
          title={t('cart.forceShort')}
          onClick={() => void fireCart(cart.id, true)}
        >
          <IconPlayerPlayFilled size={13} />
        </ActionIcon>
      ) : null}
      {play && !editing && firing ? (
        <ActionIcon
          className={classes.stop}
          size={22}
          variant="subtle"
          aria-label={t('cart.stop', values)}
          title={t('cart.stopShort')}
          onClick={() => void stopCart(cart.id)}
        >
          <IconPlayerStopFilled size={13} />
        </ActionIcon>
      ) : null}
    </div>
  )
}

/** Whether another voice keeps it from sounding. */
const locked = (play: CartPlaying | null) => play?.state === 'waiting' && play.waitingFor !== 'sound'

function actionOf(play: CartPlaying | null, editing: boolean): 'edit' | 'fire' | 'again' | 'waiting' {
  if (editing) return 'edit'
  if (locked(play)) return 'waiting'
  return play ? 'again' : 'fire'
}

function Status({ cart, play }: { cart: Cart; play: CartPlaying | null }) {
  const { t } = useTranslation('carts')
  if (play?.state === 'waiting') return <span className={classes.waits}>{t(`cart.waits.${play.waitingFor}`)}</span>
  if (play) {
    return (
      <LiveText
        className={classes.left}
        text={() => {
          const left = remainingSeconds(play, stationNow())
          return left === null ? '' : formatDuration(-Math.ceil(left * 10) / 10, true)
        }}
      />
    )
  }
  if (cart.problem !== null) {
    return (
      <span className={classes.broken}>
        <IconAlertTriangle size={12} aria-hidden="true" /> {t('cart.brokenShort')}
      </span>
    )
  }
  return <span className="mono">{formatDuration(cart.lengthSeconds, cart.lengthSeconds < 10)}</span>
}

/** Drawn by the compositor alone: no render while it runs. */
function Progress({ play }: { play: CartPlaying }) {
  const { lengthSeconds, loop, playId } = play
  if (lengthSeconds === null) return null
  return (
    <span
      key={playId}
      className={classes.progress}
      style={{
        animationDuration: `${lengthSeconds}s`,
        animationDelay: `-${elapsedSeconds(play, stationNow())}s`,
        animationIterationCount: loop ? 'infinite' : 1,
      }}
    />
  )
}

export function FreePlace({ slot, editable, onAdd }: { slot: number; editable: boolean; onAdd(): void }) {
  const { t } = useTranslation('carts')
  if (!editable) return <div className={classes.free} />
  return (
    <UnstyledButton
      className={classes.free}
      aria-label={t('cart.add', { key: `F${slot}` })}
      title={t('cart.addShort')}
      onClick={onAdd}
    >
      <span className={classes.key}>F{slot}</span>
      <IconPlus size={14} aria-hidden="true" />
    </UnstyledButton>
  )
}
