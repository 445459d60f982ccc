//! Who works here: names, sessions, who is on duty and connected. Plain data, no HTTP.

use counterbell_protocol::agent::Person;
use std::collections::HashMap;

/// A session id or a person's id is made outside, so that this stays free of randomness.
pub type Session = String;

#[derive(Debug, Default)]
pub struct Staff {
    /// By the person's id.
    members: HashMap<String, Member>,
    sessions: HashMap<Session, String>,
}

#[derive(Debug)]
struct Member {
    name: String,
    on_duty: bool,
    /// Open pages of the desk.
    pages: u32,
}

impl Staff {
    /// The person of that name; a new one under `new_id` if nobody has it.
    pub fn log_in(&mut self, name: &str, session: Session, new_id: String) -> Person {
        let known = self.members.iter().find(|(_, m)| m.name.to_lowercase() == name.to_lowercase());
        let id = known.map_or(new_id, |(id, _)| id.clone());
        let member = self.members.entry(id.clone()).or_insert_with(|| Member {
            name: name.to_owned(),
            on_duty: true,
            pages: 0,
        });
        let person = Person { id: id.clone(), name: member.name.clone() };
        self.sessions.insert(session, id);
        person
    }

    pub fn log_out(&mut self, session: &str) {
        let Some(id) = self.sessions.remove(session) else { return };
        let elsewhere = self.sessions.values().any(|other| *other == id);
        if let Some(member) = self.members.get_mut(&id).filter(|_| !elsewhere) {
            member.on_duty = false;
        }
    }

    pub fn person(&self, session: &str) -> Option<Person> {
        let id = self.sessions.get(session)?;
        self.members.get(id).map(|member| Person { id: id.clone(), name: member.name.clone() })
    }

    pub fn set_duty(&mut self, id: &str, on_duty: bool) {
        if let Some(member) = self.members.get_mut(id) {
            member.on_duty = on_duty;
        }
    }

    /// A page of this person was opened or closed. The page's socket answers pings, so a laptop that went
    /// to sleep counts as closed.
    pub fn page_opened(&mut self, id: &str) {
        if let Some(member) = self.members.get_mut(id) {
            member.pages += 1;
        }
    }

    pub fn page_closed(&mut self, id: &str) {
        if let Some(member) = self.members.get_mut(id) {
            member.pages = member.pages.saturating_sub(1);
        }
    }

    pub fn is_on_duty(&self, id: &str) -> bool {
        self.members.get(id).is_some_and(|member| member.on_duty)
    }

    pub fn is_here(&self, id: &str) -> bool {
        self.members.get(id).is_some_and(|member| member.pages > 0)
    }

    /// How many can take a conversation now.
    pub fn online(&self) -> u32 {
        let count = self.members.values().filter(|m| m.on_duty && m.pages > 0).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// Names of those here and whether they are on duty, in the order of the alphabet.
    pub fn here(&self) -> Vec<(String, bool)> {
        let mut here: Vec<_> =
            self.members.values().filter(|m| m.pages > 0).map(|m| (m.name.clone(), m.on_duty)).collect();
        here.sort();
        here
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn staff_with(name: &str) -> (Staff, Person) {
        let mut staff = Staff::default();
        let person = staff.log_in(name, "s1".to_owned(), "p1".to_owned());
        (staff, person)
    }

    #[test]
    fn only_people_on_duty_with_an_open_page_are_online() {
        let (mut staff, mira) = staff_with("Mira");
        assert_eq!(staff.online(), 0, "no page is open yet");
        staff.page_opened(&mira.id);
        assert_eq!(staff.online(), 1);
        staff.set_duty(&mira.id, false);
        assert_eq!(staff.online(), 0, "off duty");
        staff.set_duty(&mira.id, true);
        staff.page_closed(&mira.id);
        assert_eq!(staff.online(), 0, "the page is gone");
    }

    #[test]
    fn one_name_is_one_person_until_the_last_session_ends() {
        let (mut staff, mira) = staff_with("Mira");
        let again = staff.log_in("mira", "s2".to_owned(), "p2".to_owned());
        assert_eq!(again, mira);
        staff.log_out("s1");
        assert!(staff.is_on_duty(&mira.id));
        staff.log_out("s2");
        assert!(!staff.is_on_duty(&mira.id));
        assert_eq!(staff.person("s2"), None);
    }
}
