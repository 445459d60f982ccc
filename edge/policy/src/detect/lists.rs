//! Many lists in one, because thousands of small ones are slow to make.

/// The list of group `n` goes from `ends[n - 1]` to `ends[n]`.
#[derive(Default)]
pub(crate) struct Lists<T> {
    items: Vec<T>,
    ends: Vec<u32>,
}

impl<T: Copy + Default> Lists<T> {
    /// From pairs of a group and an item; the items of a group keep their order.
    pub(crate) fn new(pairs: &[(u32, T)], groups: usize) -> Self {
        let mut ends = vec![0; groups];
        for (group, _) in pairs {
            ends.get_mut(*group as usize).into_iter().for_each(|count| *count += 1);
        }
        let mut sum = 0;
        for count in &mut ends {
            sum += std::mem::replace(count, sum);
        }
        // An end is where the next item goes, until all are there.
        let mut items = vec![T::default(); pairs.len()];
        for (group, item) in pairs {
            let Some(end) = ends.get_mut(*group as usize) else { continue };
            items.get_mut(*end as usize).into_iter().for_each(|place| *place = *item);
            *end += 1;
        }
        Self { items, ends }
    }

    pub(crate) fn of(&self, group: u32) -> &[T] {
        let end = |group: Option<u32>| group.and_then(|group| self.ends.get(group as usize)).copied();
        let (from, to) = (end(group.checked_sub(1)).unwrap_or(0), end(Some(group)).unwrap_or(0));
        self.items.get(from as usize..to as usize).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_stay_in_order_and_in_their_group() {
        let lists = Lists::new(&[(2, 'a'), (0, 'b'), (2, 'c'), (9, 'd')], 4);
        let all: Vec<&[char]> = (0..5).map(|group| lists.of(group)).collect();
        assert_eq!(all, [&['b'][..], &[], &['a', 'c'], &[], &[]]);
    }
}
