// The cart's page: lines with a stepper, delivery and the sum. Uses readCart and writeCart of shop.js.

const FREE_FROM = 60;
const DELIVERY = 4.9;
const euros = new Intl.NumberFormat('en', { style: 'currency', currency: 'EUR' });
const copyOf = (id) => document.getElementById(id).content.cloneNode(true);

function drawCart() {
  const lines = readCart();
  const list = document.createElement('ul');
  list.append(...lines.map(rowOf));
  const box = document.getElementById('cart');
  box.replaceChildren(...(lines.length ? [list, sumOf(lines)] : [copyOf('cart-empty')]));
}

function rowOf(line) {
  const row = copyOf('cart-row');
  row.firstElementChild.dataset.line = keyOf(line);
  row.querySelector('img').src = `/art/${line.id}.svg`;
  const name = row.querySelector('.line-name');
  name.textContent = line.name;
  name.href = `/products/${line.id}`;
  row.querySelector('.line-size').textContent = line.size;
  row.querySelector('output').textContent = line.count;
  row.querySelector('.line-price').textContent = euros.format(line.count * line.price);
  row.querySelector('[data-less]').addEventListener('click', () => change(line, -1));
  row.querySelector('[data-more]').addEventListener('click', () => change(line, 1));
  return row;
}

function change(line, by) {
  const lines = readCart();
  const same = lines.find((it) => keyOf(it) === keyOf(line));
  if (same) same.count += by;
  writeCart(lines.filter((it) => it.count > 0));
  drawCart();
  document.getElementById('cart-said').textContent = `${line.name}: ${Math.max(0, same?.count ?? 0)}. Goods: ${euros.format(goodsOf(readCart()))}.`;
  focusAfter(line, by);
}

const keyOf = (line) => `${line.id} ${line.size}`;

/** The rows are new: the focus goes back to the button that was pressed, or to the cart if its row is gone. */
function focusAfter(line, by) {
  const row = document.querySelector(`[data-line="${CSS.escape(keyOf(line))}"]`);
  (row?.querySelector(by > 0 ? '[data-more]' : '[data-less]') ?? document.getElementById('cart')).focus();
}

function sumOf(lines) {
  const goods = goodsOf(lines);
  // Gift cards go by e-mail: nothing to deliver.
  const toSend = lines.some((line) => line.id !== 'gift-card');
  const delivery = !toSend || goods >= FREE_FROM ? 0 : DELIVERY;
  const sum = copyOf('cart-sum');
  sum.querySelector('[data-goods]').textContent = euros.format(goods);
  sum.querySelector('[data-delivery]').textContent = delivery ? euros.format(delivery) : 'free';
  sum.querySelector('[data-total]').textContent = euros.format(goods + delivery);
  sum.querySelector('[data-free]').textContent = delivery ? `${euros.format(FREE_FROM - goods)} more and delivery is free.` : '';
  const said = sum.querySelector('[data-said]');
  sum.querySelector('[data-checkout]').addEventListener('click', () => {
    said.textContent = 'This is a demo: nothing is sold here. The chat knows your cart, try asking about delivery.';
  });
  return sum;
}

drawCart();
