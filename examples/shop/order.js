// Where an order is, by its number, from orders.json: a stand-in for a shop's own system.
// The number is also told to the support chat, as a claim: the page cannot prove whose order it is.

const STEPS = ['Ordered', 'Packed', 'On its way', 'Delivered'];
const node = (tag, text, className = '') => Object.assign(document.createElement(tag), { textContent: text, className });

async function findOrder(number) {
  const box = document.getElementById('order');
  counterbell('update', { order: number });
  try {
    const orders = await (await fetch('/orders.json')).json();
    const order = orders[number];
    box.replaceChildren(order ? sheetOf(number, order) : unknown(number));
  } catch {
    box.replaceChildren(node('p', 'The order cannot be looked up at the moment. Please try again in a minute.', 'notice'));
  }
}

function sheetOf(number, order) {
  const sheet = node('article', '', 'sheet');
  const steps = node('ol', '', 'steps');
  steps.append(...STEPS.map((step, at) => {
    const item = node('li', step, at < order.step ? 'past' : at === order.step ? 'now' : '');
    if (at === order.step) item.setAttribute('aria-current', 'step');
    return item;
  }));
  const lines = node('ul', '', 'order-lines');
  lines.append(...order.lines.map((line) => node('li', line)));
  sheet.append(node('h2', `Order ${number}`), node('p', order.words, 'words'), steps, lines, node('p', order.parcel, 'small'));
  return sheet;
}

const unknown = (number) => node('p', `We have no order ${number}. Look at the subject of your confirmation: the number begins with F-.`, 'notice');

document.getElementById('find').addEventListener('submit', (event) => {
  event.preventDefault();
  const number = new FormData(event.target).get('number').trim().toUpperCase();
  history.replaceState(null, '', `?number=${encodeURIComponent(number)}`);
  findOrder(number);
});

const asked = new URLSearchParams(location.search).get('number');
if (asked) {
  document.getElementById('number').value = asked;
  findOrder(asked.toUpperCase());
}
