// F1 to F12 fire the shown page, with Shift they stop, Escape stops all. They rest while somebody types or has something open.
import type { CartPage } from '@contract/carts'
import { useEffect } from 'react'
import { fireCart, stopAllCarts, stopCart } from './cart-actions'
import { placesOf, slotOfKey } from './cart-rules'

const typing =
  'input:not([type="checkbox"], [type="radio"], [type="range"], [type="file"]), textarea, select, [contenteditable="true"], [role="dialog"], [role="menu"], [role="listbox"]'

export function useCartKeys(page: CartPage | null, resting: boolean): void {
  useEffect(() => {
    if (resting) return
    const onKeyDown = (event: KeyboardEvent) => {
      const target = event.target instanceof Element ? event.target : null
      if (event.defaultPrevented || target?.closest(typing)) return
      if (event.key === 'Escape') {
        // Always: what was just fired may not be shown yet.
        void stopAllCarts()
        return
      }
      const slot = slotOfKey(event)
      if (slot === null || !page) return
      // Also where there is no cart: F5 beside a cart must not load the page again on air.
      event.preventDefault()
      const cart = placesOf(page)[slot - 1]
      if (!cart || event.repeat) return
      if (event.shiftKey) void stopCart(cart.id)
      else void fireCart(cart.id)
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [page, resting])
}
