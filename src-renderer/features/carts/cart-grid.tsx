// The twelve places of a page. While it is edited, carts are dragged from place to place.
import type { Cart, CartPage, CartPlaying } from '@contract/carts'
import { DndContext, PointerSensor, useDraggable, useDroppable, useSensor, useSensors } from '@dnd-kit/core'
import { CSS } from '@dnd-kit/utilities'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { client, useAction } from '../../client'
import { useMay } from '../../stores'
import { CartButton, FreePlace } from './cart-button'
import { placesOf, playOf } from './cart-rules'
import classes from './carts.module.css'

export interface CartGridProps {
  page: CartPage
  plays: CartPlaying[]
  editing: boolean
  onEdit(cart: Cart): void
  onAdd(slot: number): void
}

/** A press that moves less than this is a click. */
const dragDistance = 6

export function CartGrid({ page, plays, editing, onEdit, onAdd }: CartGridProps) {
  const { t } = useTranslation('carts')
  const may = useMay()
  const [move] = useAction((id: number, slot: number) => client.carts.update({ id, slot }))
  const sensors = useSensors(useSensor(PointerSensor, { activationConstraint: { distance: dragDistance } }))
  return (
    <DndContext
      sensors={sensors}
      onDragEnd={({ active, over }) => {
        if (over) void move(Number(active.id), Number(over.id))
      }}
    >
      <div id="cart-grid" role="tabpanel" aria-label={t('page', { name: page.name })} className={classes.grid}>
        {placesOf(page).map((cart, index) => {
          const slot = index + 1
          return (
            <Place key={slot} slot={slot}>
              {cart ? (
                <Movable id={cart.id} movable={editing}>
                  <CartButton
                    cart={cart}
                    play={playOf(plays, cart.id)}
                    editing={editing}
                    firing={may('presenter')}
                    onEdit={() => onEdit(cart)}
                  />
                </Movable>
              ) : (
                <FreePlace slot={slot} editable={may('programmer')} onAdd={() => onAdd(slot)} />
              )}
            </Place>
          )
        })}
      </div>
    </DndContext>
  )
}

function Place({ slot, children }: { slot: number; children: ReactNode }) {
  const { setNodeRef, isOver } = useDroppable({ id: slot })
  return (
    <div ref={setNodeRef} className={classes.place} data-over={isOver || undefined}>
      {children}
    </div>
  )
}

/** Keyboards move a cart in its dialogue, by naming the place. */
function Movable({ id, movable, children }: { id: number; movable: boolean; children: ReactNode }) {
  const { setNodeRef, listeners, transform, isDragging } = useDraggable({ id, disabled: !movable })
  return (
    <div
      ref={setNodeRef}
      {...listeners}
      className={classes.movable}
      data-dragging={isDragging || undefined}
      style={{ transform: CSS.Translate.toString(transform) }}
    >
      {children}
    </div>
  )
}
