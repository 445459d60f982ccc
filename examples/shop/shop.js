// On every page of the shop: the cart's number, "Add to cart", and what the support chat is told.
// The cart lives in sessionStorage, and only once something is in it.

// Calls made before Counterbell's loader has arrived are kept and answered then.
window.counterbell ??= function () { (counterbell.q ??= []).push(arguments); };

const KEY = 'fernhill.cart';

/** The lines of the cart: `{id, name, size, price, count}`. */
function readCart() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? [];
  } catch {
    return [];
  }
}

function writeCart(lines) {
  try {
    if (lines.length) sessionStorage.setItem(KEY, JSON.stringify(lines));
    else sessionStorage.removeItem(KEY);
  } catch {
    // Storage is blocked: the cart lasts as long as the page.
  }
  showCart(lines);
}

function addToCart(line) {
  const lines = readCart();
  const same = lines.find((it) => it.id === line.id && it.size === line.size);
  if (same) same.count += 1;
  else lines.push({ ...line, count: 1 });
  writeCart(lines);
}

const countOf = (lines) => lines.reduce((sum, line) => sum + line.count, 0);
const goodsOf = (lines) => lines.reduce((sum, line) => sum + line.count * line.price, 0);

/** The badge in the header, and the cart as a claimed fact for the support chat. */
function showCart(lines) {
  const badge = document.querySelector('[data-cart-count]');
  badge.textContent = countOf(lines);
  badge.hidden = lines.length === 0;
  counterbell('update', { cart: { total: goodsOf(lines), items: countOf(lines) } });
}

document.addEventListener('submit', (event) => {
  const form = event.target.closest('form[data-add]');
  if (!form) return;
  event.preventDefault();
  const { id, name, price } = form.dataset;
  const size = form.elements.size?.value ?? '';
  // A gift card's "size" is its value.
  const amount = size.startsWith('€') ? Number(size.slice(1)) : Number(price);
  addToCart({ id, name, size, price: amount });
  form.querySelector('.added').textContent = `${name} is in your cart.`;
});

showCart(readCart());
