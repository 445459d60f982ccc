//! Files of conversations, in the bucket `FILES`, under `shop/conversation/file`. A file is never opened: it
//! flows from the shopper into the bucket and from there to whoever may have it. The router has checked who
//! that is.

use super::{body, fault, js, router};
use crate::attachment::{self, Kind, SNIFF_BYTES};
use crate::conversation::limits;
use crate::error::{EdgeError, Result};
use counterbell_protocol::{
    Attachment, ConversationId, FileId, MAX_ATTACHMENT_BYTES, MessageId, ServerFrame, ShopId,
};
use futures_util::{StreamExt, stream};
use serde::{Deserialize, Serialize};
use worker::{
    Bucket, ByteStream, Env, FixedLengthStream, Headers, HttpMetadata, Request, Response, ResponseBuilder,
};

const BUCKET: &str = "FILES";
/// Where the bucket keeps a file's name.
const NAME: &str = "name";
/// A shopper's browser and a desk may keep it so long; whoever asks again shows the key again.
const CACHE: &str = "private, max-age=600";
/// Whatever is in a file, it runs nothing and loads nothing.
const POLICY: &str = "sandbox; default-src 'none'";

/// For the conversation's object: the file is stored under this name.
#[derive(Serialize, Deserialize)]
pub struct AttachCall {
    pub message: MessageId,
    pub attachment: Attachment,
}

/// Without a bucket there are no files, and no button for them.
pub fn are_kept(env: &Env) -> bool {
    bucket(env).is_ok()
}

/// The frame sends a file as it is.
pub async fn upload(
    request: &mut Request,
    env: &Env,
    shop: &ShopId,
    id: &ConversationId,
) -> Result<Response> {
    let message = MessageId(header(request, "x-message-id"));
    let (size_bytes, name) = (length(request)?, header(request, "x-file-name"));
    let bytes = || request.stream().map_err(EdgeError::internal);
    add(env, shop, id, &message, &Offered { name, size_bytes }, bytes).await
}

/// A file before anything of it was looked at.
pub struct Offered {
    pub name: String,
    pub size_bytes: u64,
}

/// Adds a file, once for one message: `bytes` are asked for only where it may come. The answer tells a frame.
pub async fn add(
    env: &Env,
    shop: &ShopId,
    id: &ConversationId,
    message: &MessageId,
    offered: &Offered,
    bytes: impl FnOnce() -> Result<ByteStream>,
) -> Result<Response> {
    let bucket = bucket(env)?;
    check_size(offered.size_bytes)?;
    check_id(message)?;
    let conversation = router::stub(env, id)?;
    let mut admission = body::call(&conversation, "/attach/admit", message).await?;
    if admission.status_code() != 200 {
        return Ok(admission);
    }
    let goes_on: bool = admission.json().await.map_err(EdgeError::internal)?;
    if goes_on {
        let (kind, head, rest) = sniff(bytes()?).await?;
        let attachment = Attachment {
            file: FileId(js::fresh_id()),
            name: attachment::clean_name(&offered.name, kind),
            media_type: kind.media_type().to_owned(),
            size_bytes: offered.size_bytes,
        };
        let key = key(shop, id, attachment.file.as_str());
        store(&bucket, &key, &attachment, head, rest).await?;
        let call = AttachCall { message: message.clone(), attachment };
        let mut taken = body::call(&conversation, "/attach", &call).await?;
        let is_new = taken.status_code() == 200 && taken.json().await.map_err(EdgeError::internal)?;
        if !is_new {
            bucket.delete(key).await.map_err(EdgeError::internal)?;
        }
        if taken.status_code() != 200 {
            return Ok(taken);
        }
    }
    body::json(200, &ServerFrame::Accepted { id: message.clone() })
}

/// The file, for whoever the router lets pass.
pub async fn download(env: &Env, shop: &ShopId, id: &ConversationId, file: &str) -> Result<Response> {
    let file = FileId::new(file);
    if !file.is_well_formed() {
        return Err(EdgeError::not_found("file"));
    }
    let found = bucket(env)?.get(key(shop, id, file.as_str())).execute().await;
    let found = found.map_err(EdgeError::internal)?.ok_or_else(|| EdgeError::not_found("file"))?;
    let kind = found.http_metadata().content_type.and_then(|text| Kind::of_media_type(&text));
    let name = found.custom_metadata().map_err(EdgeError::internal)?.remove(NAME).unwrap_or_default();
    let headers = headers(kind, &name).map_err(EdgeError::internal)?;
    let body = found.body().ok_or_else(|| EdgeError::internal("an object without a body"))?;
    let body = body.response_body().map_err(EdgeError::internal)?;
    Ok(ResponseBuilder::new().with_headers(headers).body(body))
}

/// The code where this edge has no bucket.
pub const NO_FILES: &str = "no_files";

/// Every file of a conversation, those too that were stored and never committed.
pub async fn delete_all(env: &Env, shop: &ShopId, id: &ConversationId) -> Result<u64> {
    let bucket = bucket(env)?;
    let mut deleted = 0;
    loop {
        let page = bucket.list().prefix(key(shop, id, "")).execute().await.map_err(EdgeError::internal)?;
        let keys: Vec<String> = page.objects().iter().map(worker::Object::key).collect();
        if keys.is_empty() {
            return Ok(deleted);
        }
        deleted += keys.len() as u64;
        bucket.delete_multiple(keys).await.map_err(EdgeError::internal)?;
    }
}

fn bucket(env: &Env) -> Result<Bucket> {
    let missing = || EdgeError::new(501, NO_FILES, "This edge keeps no files: it has no bucket.");
    let bucket = env.bucket(BUCKET).ok().filter(|_| !fault::hides_bucket(env));
    bucket.ok_or_else(missing)
}

/// Ids hold no slash, so no conversation's files begin like another's.
fn key(shop: &ShopId, id: &ConversationId, file: &str) -> String {
    format!("{shop}/{id}/{file}")
}

fn length(request: &Request) -> Result<u64> {
    let no_length = |_| EdgeError::new(411, "no_length", "Say with content-length how long the file is.");
    header(request, "content-length").parse().map_err(no_length)
}

fn check_id(message: &MessageId) -> Result<()> {
    if message.is_well_formed() { Ok(()) } else { Err(limits::bad_id()) }
}

fn check_size(bytes: u64) -> Result<()> {
    if bytes == 0 {
        return Err(EdgeError::bad_request("empty", "The file is empty."));
    }
    if bytes > MAX_ATTACHMENT_BYTES {
        let detail = format!("A file is at most {MAX_ATTACHMENT_BYTES} bytes; this one has {bytes}.");
        return Err(EdgeError::new(413, "too_large", detail));
    }
    Ok(())
}

/// What the file is, what was read to tell, and the rest.
async fn sniff(mut rest: ByteStream) -> Result<(Kind, Vec<u8>, ByteStream)> {
    let mut head = Vec::new();
    while head.len() < SNIFF_BYTES
        && let Some(chunk) = rest.next().await
    {
        head.extend(chunk.map_err(EdgeError::internal)?);
    }
    let wrong = || EdgeError::new(415, "wrong_type", "Only JPEG, PNG, WebP, GIF and PDF files can be added.");
    Ok((Kind::of(&head).ok_or_else(wrong)?, head, rest))
}

/// Whole or not at all: a body that ends early is no file.
async fn store(
    bucket: &Bucket,
    key: &str,
    attachment: &Attachment,
    head: Vec<u8>,
    rest: ByteStream,
) -> Result<()> {
    let bytes = stream::once(async { Ok(head) }).chain(rest);
    let metadata =
        HttpMetadata { content_type: Some(attachment.media_type.clone()), ..HttpMetadata::default() };
    bucket
        .put(key, FixedLengthStream::wrap(bytes, attachment.size_bytes))
        .http_metadata(metadata)
        .custom_metadata([(NAME.to_owned(), attachment.name.clone())])
        .execute()
        .await
        .map(|_| ())
        .map_err(EdgeError::internal)
}

fn headers(kind: Option<Kind>, name: &str) -> worker::Result<Headers> {
    let headers = Headers::new();
    headers.set("content-type", kind.map_or("application/octet-stream", Kind::media_type))?;
    headers.set("content-disposition", &attachment::disposition(kind, name))?;
    headers.set("x-content-type-options", "nosniff")?;
    headers.set("content-security-policy", POLICY)?;
    headers.set("cross-origin-resource-policy", "same-origin")?;
    headers.set("cache-control", CACHE)?;
    headers.set("vary", "authorization")?;
    Ok(headers)
}

fn header(request: &Request, name: &str) -> String {
    request.headers().get(name).ok().flatten().unwrap_or_default()
}
